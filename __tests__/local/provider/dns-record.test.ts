import { TIMEOUT, Workspace } from "./workspace";

jest.setTimeout(TIMEOUT);

let workspace: Workspace;
let records: { readonly [name: string]: object };

beforeAll(async () => {
  workspace = await Workspace.open();
  const { zoneId: zone_id } = workspace;
  records = {
    short: {
      zone_id,
      name: "short",
      type: "A",
      content: "192.0.2.1",
      ttl: 300,
    },
    apex: {
      zone_id,
      name: "@",
      type: "MX",
      content: "mail.example.com",
      priority: 20,
      ttl: 3600,
    },
    text: {
      zone_id,
      name: "text.datacrew.space",
      type: "TXT",
      content: '"v=1"',
      ttl: 60,
      comment: "first",
      tags: ["team:a"],
    },
    letters: {
      zone_id,
      name: "letters.datacrew.space",
      type: "CNAME",
      content: "Example.COM",
      ttl: 1,
      settings: {},
    },
    data: {
      zone_id,
      name: "data",
      type: "CAA",
      data: { flags: 0, tag: "issue", value: "letsencrypt.org" },
      ttl: 1,
    },
  };
  workspace.write({ dns_record: records });
  await workspace.applied();
});
afterAll(() => workspace.close());

const changed = (name: string, change: object) => ({
  dns_record: { ...records, [name]: { ...records[name], ...change } },
});

test("plans no change for short names, @, letters in another case, data, tags", async () => {
  expect((await workspace.plan()).code).toBe(0);
});

test("a refresh brings the whole name and Cloudflare's letters into the state", async () => {
  await workspace.applied("-refresh-only");

  expect(await workspace.state("dns_record.short")).toMatchObject({
    name: "short.datacrew.space",
  });
  expect(await workspace.state("dns_record.apex")).toMatchObject({
    name: "datacrew.space",
    priority: 20,
  });
  expect(await workspace.state("dns_record.letters")).toMatchObject({
    content: "example.com",
    meta: "{}",
  });
});

test("an update leaves open when it happened, and nothing else", async () => {
  workspace.write(changed("short", { content: "192.0.2.2" }));

  const { text } = await workspace.plan();

  expect(text).toContain('~ content = "192.0.2.1" -> "192.0.2.2"');
  expect(text).toMatch(/~ modified_on = ".*" -> \(known after apply\)/);
  expect(text.match(/known after apply/g)).toHaveLength(1);
});

test("a changed comment leaves open when that happened, too", async () => {
  workspace.write(changed("text", { comment: "second" }));

  const { text } = await workspace.plan();

  expect(text).toContain('~ comment = "first" -> "second"');
  expect(text).toMatch(
    /~ comment_modified_on = "\S+" -> \(known after apply\)/,
  );
  expect(text).not.toMatch(/tags_modified_on = \(known/);
});

test("a first comment and first tags are changes", async () => {
  workspace.write(changed("short", { comment: "new", tags: ["team:b"] }));

  const { text } = await workspace.plan();

  expect(text).toContain('+ comment = "new"');
  expect(text).toContain('~ tags = [ + "team:b", ]');
  expect(text).toMatch(/\+ tags_modified_on = \(known after apply\)/);
});

test("changed data is a change, and sends null for nothing", async () => {
  workspace.write(
    changed("data", {
      data: { flags: 0, tag: "issuewild", value: "letsencrypt.org" },
    }),
  );

  const [write] = await workspace.writes(() => workspace.applied());

  expect(write?.body).toMatchObject({
    data: { flags: 0, tag: "issuewild" },
    name: "data.datacrew.space",
  });
  expect((await workspace.plan()).code).toBe(0);
});

test("a name in capitals is a change for ever", async () => {
  workspace.write(changed("letters", { name: "LETTERS.datacrew.space" }));
  await workspace.applied();

  expect((await workspace.plan()).text).toContain(
    '~ name = "letters.datacrew.space" -> "LETTERS.datacrew.space"',
  );
});
