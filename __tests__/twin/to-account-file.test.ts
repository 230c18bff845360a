import { decide } from "../../access/decide";
import type { Account } from "../../local/account";
import { accessAccount } from "../../local/access-account";
import type { AccountFileInput } from "../../local/account-file-schema";
import {
  accountByHand,
  APP,
  CASE_NAMES,
  GOOGLE,
  HOST,
} from "../by-hand/accounts";
import { CREW, richFile, SECRETS } from "./rich";
import { answered, built, twinOf } from "./twin";

/** As `npm run snapshot` writes it and `npm start` reads it. */
const read = (file: AccountFileInput): Account =>
  built(JSON.parse(JSON.stringify(file)));

const PEOPLE = [
  "ada@datacrew.space",
  "grace@example.org",
  "o'brien@partner.example",
  "eve@gmail.com",
  "visitor@elsewhere.example",
];

test.each(CASE_NAMES)(
  "the twin of %s is that account, where names are kept",
  async (name) => {
    const account = accountByHand(name);
    const { calls, file, leftOut } = await twinOf(account, { keepNames: true });
    expect(leftOut).toEqual([]);
    expect(answered(read(file))).toEqual(answered(account));
    expect(calls.filter(({ method }) => method !== "GET")).toEqual([]);
  },
);

test.each(CASE_NAMES)(
  "the twin of %s differs in nothing but people and where they are",
  async (name) => {
    const account = accountByHand(name);
    const { file } = await twinOf(account);
    const known = JSON.stringify(answered(account))
      .replaceAll("ada@datacrew.space", "person-1@domain-1.example")
      .replaceAll("198.51.100.24", "198.18.0.1");
    expect(answered(read(file))).toEqual(JSON.parse(known));
  },
);

test("keeps every field that the API answers, but for credentials in URLs", async () => {
  const account = built(richFile());
  const { file, leftOut } = await twinOf(account, { keepNames: true });
  const known = JSON.stringify(answered(account))
    .replace("nas:hunter2@", "")
    .replace("k3y0fTh3WebhookThatNobodyKnows", "left-out");
  expect(answered(read(file))).toEqual(JSON.parse(known));
  expect(leftOut).toEqual(["credentials in URLs"]);
  expect((await twinOf(read(file), { keepNames: true })).file).toEqual(file);
});

test.each([true, false])(
  "has no secret of the account (names kept: %s)",
  async (keepNames) => {
    const account = built(richFile());
    const { file } = await twinOf(account, { keepNames });
    const text = JSON.stringify(file);
    const generated = [...account.serviceTokens.values()].map(
      ({ client_secret }) => client_secret,
    );
    for (const secret of [...SECRETS, ...generated])
      expect(text).not.toContain(secret);
  },
);

test("names nobody, in rules, texts, records and comments", async () => {
  const { file, pseudonyms } = await twinOf(built(richFile()));
  const text = JSON.stringify(file).toLowerCase();
  for (const one of [...PEOPLE, "ada crew", "vic visitor", "84.115.20.30"])
    expect(text).not.toContain(one);
  expect(text).toContain("why? ask person-");
  expect(pseudonyms).toEqual({ people: 5, domains: 4 });
});

test("rules admit whom they admitted", async () => {
  const account = built(richFile());
  account.applications.get(APP)!.policies = [{ id: CREW, precedence: 1 }];
  // Nobody is there to approve.
  delete account.policies.get(CREW)!.approval_required;
  const twin = read((await twinOf(account)).file);
  const outcomes = (of: Account, emails: readonly string[]) =>
    emails
      .map(
        (email) =>
          decide(accessAccount(of), {
            host: HOST,
            path: "/",
            ip: "192.0.2.1",
            identity: {
              email,
              idp: { id: GOOGLE, type: "google" },
              claims: { hd: email.replace(/.*@/, "") },
            },
          }).outcome,
      )
      .sort();
  const people = twin.people.map(({ email }) => email);
  expect(new Set(people).size).toBe(people.length);
  expect(people).toHaveLength(PEOPLE.length + 1);
  expect(outcomes(account, PEOPLE)).toContain("pass");
  expect(outcomes(account, PEOPLE)).toContain("identity_denied");
  expect(outcomes(twin, people.slice(0, -1))).toEqual(
    outcomes(account, PEOPLE),
  );
});

test("keeps mailboxes that anybody can have, and tells domains apart", async () => {
  const { file } = await twinOf(built(richFile()));
  const group = file.groups!.find(({ name }) => name === "Crew")!;
  const domainOf = (email: unknown) => String(email).split("@")[1];
  const [byDomain, byEmail, partner, place] = group.include as Record<
    string,
    Record<string, string>
  >[];
  const ada = file.policies!.find(({ name }) => name.startsWith("ComfyUI"))!
    .include[0] as Record<string, Record<string, string>>;
  expect(domainOf(ada.email!.email)).toBe(byDomain!.email_domain!.domain);
  expect(group.require).toEqual([
    {
      saml: {
        attribute_name: "hd",
        attribute_value: byDomain!.email_domain!.domain,
      },
    },
  ]);
  expect(group.exclude).toEqual([
    {
      email: {
        email: expect.stringMatching(/^person-\d@gmail\.com$/) as string,
      },
    },
  ]);
  const domains = [byEmail, partner, ada].map((one) =>
    domainOf(one!.email!.email),
  );
  expect(new Set(domains).size).toBe(3);
  const { connectors } = file.tunnels![0]!;
  expect(place).toEqual({ ip: { ip: `${connectors![0]!.origin_ip}/32` } });
});

test("reads every page", async () => {
  const file = richFile() as Required<AccountFileInput>;
  const uuid = (kind: number, index: number) =>
    `dad${kind}0000-0000-4000-8000-${String(index).padStart(12, "0")}`;
  const many = (kind: number, count: number) =>
    Array.from({ length: count }, (_, index) => uuid(kind, index));
  const hex = (text: string) => text.replaceAll("-", "");
  file.policies.push(
    ...many(1, 230).map((id) => ({
      id,
      name: id,
      decision: "allow" as const,
      include: [{ email: { email: `${id}@datacrew.space` } }],
    })),
  );
  file.dns_records.push(
    ...many(2, 230).map((id) => ({
      id: hex(id),
      zone_id: file.zones[0]!.id,
      name: `${id}.datacrew.space`,
      type: "TXT",
      content: id,
    })),
  );
  file.zones.push(
    ...many(3, 45).map((id) => ({ id: hex(id), name: `${id}.example` })),
  );
  file.users.push(
    ...many(4, 60).map((id) => ({
      ...file.users[0]!,
      id,
      email: `${id}@x.example`,
    })),
  );
  file.tags.push(...many(5, 60));
  file.service_tokens.push(...many(6, 1100).map((id) => ({ id, name: id })));
  const account = built(file);
  const twin = await twinOf(account, { keepNames: true });
  for (const section of [
    ...(["policies", "dns_records", "zones", "users", "tags"] as const),
    ...(["service_tokens", "applications", "groups"] as const),
  ])
    expect(twin.file[section]).toHaveLength(file[section].length);
});

test("names all that the token may not read, and the permissions", async () => {
  const account = built(richFile());
  account.apiTokens[0]!.permissions = ["Zone Read", "Cloudflare Tunnel Read"];
  const message = await twinOf(account).then(
    () => "",
    (error: unknown) => (error as Error).message,
  );
  for (const permission of [
    "DNS Read",
    "Access: Apps and Policies Read",
    "Access: Organizations, Identity Providers, and Groups Read",
    "Access: Service Tokens Read",
  ])
    expect(message).toContain(`Add the permission "${permission}"`);
  expect(message).toMatch(
    /can't read applications: .*GET \/accounts\/\w+\/access\/apps/,
  );
});

test("goes without people who have logged in where the token may not read them", async () => {
  const account = built(richFile());
  account.apiTokens[0]!.permissions = account.apiTokens[0]!.permissions.filter(
    (name) => name !== "Access: Audit Logs Read",
  );
  const { file, notRead } = await twinOf(account);
  expect(notRead).toContain('Add the permission "Access: Audit Logs Read"');
  expect(file.users).toEqual([]);
  expect(file.policies).not.toEqual([]);
});

test("copies an account in which Zero Trust was never switched on", async () => {
  const file = richFile();
  const { dns_records, tunnels, zones } = file;
  const bare = built({
    account: file.account,
    api_tokens: file.api_tokens,
    organization: null,
    dns_records,
    tunnels,
    zones,
  });
  const { file: twin } = await twinOf(bare);
  expect(twin).toMatchObject({ organization: null, applications: [] });
  expect(read(twin).dnsRecords.size).toBe(bare.dnsRecords.size);
});
