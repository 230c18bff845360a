/**
 * What becomes of answers that Cloudflare gives or might give: which show as a
 * change in the next plan, and which do not. Every row was measured with the
 * provider cloudflare/cloudflare 5.14.0, and this file runs with it as well.
 *
 * Of the rows that were measured these are elsewhere, or left out:
 * - failing calls: retries.test.ts; removed policies: removal-order.test.ts;
 *   imports: import.test.ts; a short API token: configuration.test.ts;
 * - the resource for a tunnel's whole configuration: the stacks write single
 *   rules, through a provider of their own, so the stand-in does not have it;
 * - a list that ignores `page` and never ends: the local API pages.
 */
import type { JsonObject } from "../../../local/account-objects";
import { everything } from "./objects";
import { summary, TIMEOUT, Workspace } from "./workspace";

jest.setTimeout(TIMEOUT);

let workspace: Workspace;

beforeAll(async () => {
  workspace = await Workspace.open();
  workspace.write(everything(workspace));
  await workspace.applied();
});
afterAll(() => workspace.close());

const config = (object: JsonObject) => object["config"] as JsonObject;
const include = (object: JsonObject) => object["include"] as JsonObject[];

const SAME: [string, RegExp, (object: JsonObject) => JsonObject][] = [
  ["as it is", /nothing/, (object) => object],
  [
    "a login method with its secret in clear",
    /identity_providers/,
    (idp) => ({
      ...idp,
      config: { ...config(idp), client_secret: "google-s3cret" },
    }),
  ],
  [
    "a login method with SCIM that is off",
    /identity_providers/,
    (idp) => ({
      ...idp,
      scim_config: {
        enabled: false,
        identity_update_behavior: "no_action",
        seat_deprovision: false,
        user_deprovision: false,
      },
    }),
  ],
  [
    "an application without self_hosted_domains",
    /apps/,
    (app) =>
      Object.fromEntries(
        Object.entries(app).filter(([name]) => name !== "self_hosted_domains"),
      ),
  ],
  [
    "an application with toggles that are off",
    /apps/,
    (app) => ({
      ...app,
      service_auth_401_redirect: false,
      skip_interstitial: false,
      allow_iframe: false,
      path_cookie_attribute: false,
    }),
  ],
  [
    "an application with values of the wrong types",
    /apps/,
    (app) => ({ ...app, name: 5, session_duration: {}, allowed_idps: "x" }),
  ],
  [
    "a policy with toggles that are off",
    /access\/policies/,
    (policy) => ({ ...policy, approval_required: false, exclude: null }),
  ],
  [
    "a DNS record with its content in another case",
    /dns_records/,
    (record) => ({
      ...record,
      content: String(record["content"]).toUpperCase(),
    }),
  ],
  [
    "a service token with a secret it should not show",
    /service_tokens/,
    (token) => ({ ...token, client_secret: "other" }),
  ],
];

test.each(SAME)("no change: %s", async (_what, path, change) => {
  const stop = workspace.answering(path, change);

  const { code } = await workspace.plan();

  stop();
  expect(code).toBe(0);
});

const DIFFERENT: typeof SAME = [
  [
    "a login method with a masked secret",
    /identity_providers/,
    (idp) => ({ ...idp, config: { ...config(idp), client_secret: "****" } }),
  ],
  [
    "a login method with PKCE off that nobody configured",
    /identity_providers/,
    (idp) => ({ ...idp, config: { ...config(idp), pkce_enabled: false } }),
  ],
  [
    "a group with its rules in another order: they are a list",
    /groups/,
    (group) => ({ ...group, include: include(group).toReversed() }),
  ],
  [
    "a group with an address in another case",
    /groups/,
    (group) => ({
      ...group,
      include: [include(group)[0]!, { email: { email: "GRACE@example.org" } }],
    }),
  ],
  [
    "an application with its policies out of order",
    /apps/,
    (app) => ({
      ...app,
      policies: (app["policies"] as JsonObject[]).toReversed(),
    }),
  ],
  [
    "an application with another session",
    /apps/,
    (app) => ({ ...app, session_duration: "1h" }),
  ],
  [
    "a policy with rules of different kinds in another order: each is read over the one in its place",
    /access\/policies/,
    (policy) => ({ ...policy, include: include(policy).toReversed() }),
  ],
  [
    "a policy with a rule of someone else",
    /access\/policies/,
    (policy) => ({
      ...policy,
      include: [...include(policy), { everyone: {} }],
    }),
  ],
  [
    "a DNS record that is not proxied",
    /dns_records/,
    (record) => ({ ...record, proxied: false }),
  ],
];

test.each(DIFFERENT)("a change: %s", async (_what, path, change) => {
  const stop = workspace.answering(path, change);

  const { code, text } = await workspace.plan();

  stop();
  expect(code).toBe(2);
  expect(text).toMatch(/0 to add, [12] to change, 0 to destroy/);
});

test("an address that Cloudflare widens to a network is a change", async () => {
  const objects = everything(workspace);
  workspace.write({
    ...objects,
    zero_trust_access_group: {
      ...objects.zero_trust_access_group,
      office: {
        account_id: workspace.accountId,
        name: "Office",
        include: [{ ip: { ip: "192.0.2.7" } }],
      },
    },
  });
  await workspace.applied();

  expect((await workspace.plan()).text).toContain(
    '"192.0.2.7/32" -> "192.0.2.7"',
  );
});

test("puts back what someone changed by hand", async () => {
  workspace.write(everything(workspace));
  await workspace.applied();
  for (const app of workspace.account.applications.values())
    if (app.name === "ComfyUI") app.policies = [];
  for (const policy of workspace.account.policies.values())
    if (policy.name === "People") policy.include = [{ everyone: {} }];

  const writes = await workspace.writes(() => workspace.applied());

  expect(summary(writes).toSorted()).toEqual([
    "PUT apps/:id 200",
    "PUT policies/:id 200",
  ]);
  expect((await workspace.plan()).code).toBe(0);
});

test("what is gone is made again, with a warning", async () => {
  const { dnsRecords } = workspace.account;
  for (const [id, { name }] of dnsRecords)
    if (name === "made.datacrew.space") dnsRecords.delete(id);

  const { text } = await workspace.plan();

  expect(text).toContain("Warning: Resource not found");
  expect(text).toContain("1 to add, 0 to change, 0 to destroy");
});

test("what is gone when it is to be deleted is an error", async () => {
  const { code, text } = await workspace.destroy(
    "-refresh=false",
    "-target=cloudflare_dns_record.made",
  );

  expect(code).toBe(1);
  expect(text).toMatch(
    /Error: failed to make http request DELETE "http:\/\/127.0.0.1:\d+\/client\/v4\/zones\/\w+\/dns_records\/\w+": 404 Not Found \{.*81044/,
  );
});
