import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { namedOtherwise, tellOtherNames } from "../../rehearsal/other-names";
import { accountByHand } from "../by-hand/accounts";
import { built, twinOf } from "../twin/twin";

const ADA = "ada@datacrew.space";

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "other-names-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Whom a stack with these rules names otherwise than a copy of the guide's account. */
async function namedBy(
  include: readonly object[],
  keepNames: boolean,
): Promise<readonly string[]> {
  const { file } = await twinOf(accountByHand("guide to the letter"), {
    keepNames,
    settings: {
      zone: "datacrew.space",
      tunnel: "datacrew-services",
      loginMethod: { name: "Google" },
      allowedEmails: [ADA],
      allowedEmailDomains: [],
      dnsRecords: "existing",
    },
  });
  const { rehearsal } = file;
  const settings = (rehearsal?.allowed_emails ?? []).map((email) => ({
    email: { email },
  }));
  const resource = {
    cloudflare_zero_trust_access_policy: {
      people: { include: [...settings, ...include] },
      machines: { include: [{ service_token: { token_id: "${t.id}" } }] },
    },
    cloudflare_zero_trust_access_group: {
      artists: { include: [{ email: { email: "${var.email}" } }] },
    },
  };
  writeFileSync(join(dir, "cdk.tf.json"), JSON.stringify({ resource }));
  return namedOtherwise([dir], built(file));
}

const NAMED = [
  { email: { email: "Mallory@Example.net" } },
  { email: { email: ADA } },
  { email_domain: { domain: "example.org" } },
  { email_domain: { domain: "gmail.com" } },
];

test("names whom main.ts names and the copy has by other names, once", async () => {
  expect(await namedBy([...NAMED, ...NAMED], false)).toEqual([
    "mallory@example.net",
    ADA,
    "everyone at example.org",
  ]);
});

test("names nobody where main.ts takes people from the settings, or the copy keeps names", async () => {
  expect(await namedBy([], false)).toEqual([]);
  expect(await namedBy(NAMED, true)).toEqual([]);
});

test("says how to copy the account with everybody's own names", () => {
  expect(tellOtherNames([ADA], "twin.json")).toContain(
    "npm run snapshot -- twin.json --force --keep-names",
  );
});
