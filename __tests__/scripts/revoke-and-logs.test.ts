import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiError } from "../../local/api/envelope";
import {
  HOST,
  startDeployed,
  TIMEOUT,
  type Deployed,
} from "../secrets/deployed";

jest.setTimeout(TIMEOUT);

const page = `https://${HOST}/`;

let world: Deployed;
beforeAll(async () => {
  world = await startDeployed();
  await world.deploy();
});
afterAll(() => world.close());

const ada = "ada@datacrew.space";
const revocations = () => world.account.revocations.length;

/** The permissions of the deploy's token without one, until it is given back. */
function without(permission: string): () => void {
  const [token] = world.account.apiTokens;
  const { permissions } = token!;
  token!.permissions = permissions.filter(
    (name) => !name.startsWith(permission),
  );
  return () => (token!.permissions = permissions);
}

test("ends everybody's sessions, twice, and shows it", async () => {
  const person = world.person(ada);
  await person.visit(page);

  const first = await world.run("revoke", ["comfyui", "--auto-approve"]);

  expect(first.stderr).toContain(`Ends everybody's sessions at ${HOST}`);
  expect(first.stdout).toMatch(
    /^ended +the service token's session: 200 .* before, 302 .* after$/m,
  );
  expect(first.code).toBe(0);
  expect((await person.ask(page)).status).toBe(302);

  const again = await world.run("revoke", [
    "comfyui",
    "--auto-approve",
    "--json",
  ]);
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({
    hostname: HOST,
    ended: true,
  });
});

test("ends a person's sessions everywhere, and says that they may come in again", async () => {
  const person = world.person(ada);
  await person.visit(page);

  const { code, stdout } = await world.run("revoke", [
    ...["comfyui", "--person", "Ada@DataCrew.space", "--auto-approve"],
  ]);

  expect(stdout).toMatch(
    /^ended +the sessions that Cloudflare lists: \d sessions before, 0 of them after\nada@datacrew\.space may log in again/,
  );
  expect(code).toBe(0);
  expect((await person.ask(page)).status).toBe(302);
});

test("a killed one ends the same when it is given again", async () => {
  const person = world.person(ada);
  await person.visit(page);
  const before = revocations();
  const stop = world.cloudflare.api.onCall({
    after: ({ path }) =>
      path.endsWith("/active_sessions") && revocations() > before
        ? new Promise<undefined>(() => undefined)
        : undefined,
  });
  await world.killed(
    "revoke",
    ["comfyui", "--person", ada, "--auto-approve"],
    () => revocations() > before,
  );
  stop();

  const again = await world.run("revoke", [
    ...["comfyui", "--person", ada, "--auto-approve", "--json"],
  ]);

  expect(JSON.parse(again.stdout)).toMatchObject({
    ended: true,
    proofs: [{ seen: "0 sessions before, 0 of them after" }],
  });
  expect(again.code).toBe(0);
  expect((await person.ask(page)).status).toBe(302);
});

test("revoke fails with 2 before anything ends, with all faults of what was given", async () => {
  const before = revocations();
  const file = join(world.folder, "no-cookie");
  writeFileSync(file, "x");

  const bad = await world.run("revoke", [
    ...["comfyui", "--person", "ada", "--wait", "x"],
  ]);
  expect(bad.stderr).toMatch(
    /--wait must be a time such as 30s[^]*--person must be an address/,
  );
  const service = await world.run("revoke", ["comfyi"]);
  expect(service.stderr).toContain('main.ts has no stack "comfyi"');
  const identity = await world.run("revoke", ["identity"]);
  expect(identity.stderr).toContain('"identity" has no service deployed');
  const asked = await world.run("revoke", ["comfyui"]);
  expect(asked.stderr).toContain("pass --auto-approve");
  const cookie = await world.run("revoke", ["comfyui", "--session", file]);
  expect(cookie.stderr).toContain("does not contain a");

  for (const { code } of [bad, service, identity, asked, cookie])
    expect(code).toBe(2);
  expect(revocations()).toBe(before);
});

test("revoke and logs fail with 1 and the permission that is missing", async () => {
  const giveBack = without("Access: Apps and Policies");
  world.account.apiTokens[0]!.permissions.push(
    "Access: Apps and Policies Read",
  );
  const revoke = await world.run("revoke", ["comfyui", "--auto-approve"]);
  giveBack();
  expect(revoke.stderr).toMatch(/"Access: Apps and Policies Edit" or "/);
  expect(revoke.code).toBe(1);

  const back = without("Access: Audit Logs");
  const logs = await world.run("logs", ["comfyui"]);
  back();
  expect(logs.stderr).toContain('Add the permission "Access: Audit Logs Read"');
  expect(logs.code).toBe(1);
});

test("logs shows who came, after waiting for Cloudflare's limit", async () => {
  await world.person("mallory@example.net").visit(page);
  let limited = 0;
  const stop = world.cloudflare.api.onCall({
    before: ({ path }) =>
      path.endsWith("/access_requests") && limited++ === 0
        ? new ApiError(429, 971, "slow down", {
            headers: { "retry-after": "1" },
          }).toResponse()
        : undefined,
  });

  const { code, stderr, stdout } = await world.run("logs", [
    ...["comfyui", "--since", "1h"],
  ]);
  stop();

  expect(stderr).toContain("rate limit is reached: continuing in 1 s");
  expect(stdout).toMatch(
    /^denied +mallory@example\.net +Google +unknown +1 .*by today's policies: .*no policy admits/m,
  );
  expect(stdout).toMatch(
    /^allowed +comfyui-api \(machine\) +token +unknown +\d/m,
  );
  expect(stdout).toMatch(/Unusual[^]*mallory@example\.net/);
  expect(code).toBe(0);
});

test("logs --json is for programs", async () => {
  const { code, stdout } = await world.run("logs", ["comfyui", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    service: "comfyui",
    hostname: HOST,
    groups: expect.arrayContaining([
      expect.objectContaining({ who: ada, result: "allowed" }),
    ]) as object[],
  });
  expect(code).toBe(0);
});

test("logs fails with 2 on bad input", async () => {
  const since = await world.run("logs", ["comfyui", "--since", "yesterday"]);
  expect(since.stderr).toBe(
    'npm run logs:\n- --since must be a duration (90m, 24h, 7d) or a past time such as 2026-11-24T08:00Z, got "yesterday"\n',
  );
  const identity = await world.run("logs", ["identity"]);
  expect(identity.stderr).toContain("has no service deployed: deploy it first");
  for (const { code } of [since, identity]) expect(code).toBe(2);
});

test("no secret and no session is printed", () => {
  const printed = world.printed.join("");
  const token = [...world.account.serviceTokens.values()].at(-1)!;
  expect(token.name).toBe("comfyui-api");
  expect(printed).toContain(HOST);
  expect(printed).not.toContain(token.client_secret);
  expect(printed).not.toMatch(/eyJ[\w-]+\./);
});

test.each([
  ["revoke", "npm run revoke -- comfyui --person ann@example.com"],
  ["logs", "npm run logs -- comfyui --since 48h"],
])("%s --help has an example", async (name, example) => {
  const { code, stdout } = await world.run(name, ["--help"]);
  expect(stdout).toContain(example);
  expect(code).toBe(0);
});
