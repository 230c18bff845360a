import { MIRROR } from "../../provider";
import { TIMEOUT, TOKEN, Workspace } from "./workspace";

jest.setTimeout(TIMEOUT);

const open: Workspace[] = [];
async function workspace(environment?: Readonly<Record<string, string>>) {
  const opened = await Workspace.open({ environment });
  open.push(opened);
  return opened;
}
afterEach(async () => {
  for (const opened of open.splice(0)) await opened.close();
});

const zones = { data: { cloudflare_zones: { all: {} } } };
const provider = (config: object) => ({
  ...zones,
  provider: { cloudflare: config },
});

test("takes address and token from the environment", async () => {
  const it = await workspace();
  it.write({}, zones);

  expect((await it.apply()).code).toBe(0);
});

test("attributes win over the environment", async () => {
  const it = await workspace({
    CLOUDFLARE_API_TOKEN: "short",
    CLOUDFLARE_BASE_URL: "http://127.0.0.1:9/nothing",
  });
  it.write(
    {},
    provider({
      api_token: TOKEN,
      base_url: `http://127.0.0.1:${it.port}/client/v4`,
    }),
  );

  expect((await it.apply()).code).toBe(0);
});

test("sends a short token of the environment as it is", async () => {
  const it = await workspace({ CLOUDFLARE_API_TOKEN: "short" });
  it.write({}, zones);

  const { text } = await it.plan();

  expect(text).toContain("400 Bad Request");
  expect(text).toContain("Invalid format for Authorization header");
});

test("refuses a short token as an attribute", async () => {
  const it = await workspace();
  it.write({}, provider({ api_token: "short" }));

  const { code, text } = await it.plan();

  expect(code).toBe(1);
  expect(text).toContain(
    "Attribute api_token API tokens must be 40 characters long and only contain characters a-z, A-Z, 0-9, hyphens and underscores, got: short",
  );
});

(MIRROR ? test.skip : test).each([
  "https://api.cloudflare.com/client/v4",
  "http://127.0.0.1.example.com/client/v4",
  "not an address",
])("refuses to work on %s", async (baseUrl) => {
  const it = await workspace({ CLOUDFLARE_BASE_URL: baseUrl });
  it.write({}, zones);

  const { code, text } = await it.plan();

  expect(code).toBe(1);
  expect(text).toContain("It works on a local Cloudflare only");
});

describe("refuses in the provider's words", () => {
  let it: Workspace;
  beforeAll(async () => {
    it = await Workspace.open();
  });
  afterAll(() => it.close());

  const policy = { account_id: "a", name: "p", decision: "allow" };
  const app = { account_id: "a", name: "a", type: "self_hosted" };
  const record = { zone_id: "z", name: "n", ttl: 1 };

  test.each([
    [
      "zero_trust_access_policy",
      { ...policy, decision: "block" },
      'Attribute decision value must be one of: ["allow" "deny" "non_identity" "bypass"], got: "block"',
    ],
    [
      "zero_trust_access_policy",
      { ...policy, include: [{ everyone: {}, email: { email: "a@b.c" } }] },
      "must contain at most 1 elements, got: 2",
    ],
    [
      "zero_trust_access_group",
      {
        account_id: "a",
        name: "g",
        include: [{ everyone: {}, email: { email: "a@b.c" } }],
      },
      "Attribute include[0] must contain at most 1 elements, got: 2",
    ],
    [
      "zero_trust_access_service_token",
      { account_id: "a", name: "t", client_secret_version: 2 },
      'Attribute "previous_client_secret_expires_at" must be specified when "client_secret_version" is specified',
    ],
    [
      "zero_trust_access_service_token",
      {
        account_id: "a",
        name: "t",
        previous_client_secret_expires_at: "2999-01-01T00:00:00Z",
      },
      'Attribute "client_secret_version" must be specified when "previous_client_secret_expires_at" is specified',
    ],
    [
      "zero_trust_access_application",
      { ...app, policies: [{ precedence: 1 }] },
      "No attribute specified when one (and only one) of",
    ],
    [
      "zero_trust_access_application",
      {
        ...app,
        policies: [{ id: "p", decision: "allow", include: [{ everyone: {} }] }],
      },
      "2 attributes specified when one (and only one) of",
    ],
    [
      "zero_trust_access_application",
      {
        ...app,
        self_hosted_domains: ["a.example.com"],
        destinations: [{ uri: "a.example.com" }],
      },
      'Attribute "destinations" cannot be specified when "self_hosted_domains" is specified',
    ],
    ["dns_record", { ...record, type: "NOPE", content: "x" }, 'got: "NOPE"'],
    [
      "dns_record",
      { ...record, type: "CAA", content: "x", data: { tag: "issue" } },
      'Attribute "data" cannot be specified when "content" is specified',
    ],
  ])("%s %#", async (type, resource, message) => {
    it.write({ [type]: { it: resource } });

    const { code, text } = await it.run("validate");

    expect(code).toBe(1);
    expect(text).toContain(message);
  });

  test("a proxied record with a time to live", async () => {
    it.write({
      dns_record: {
        it: {
          zone_id: it.zoneId,
          name: "n",
          type: "A",
          content: "192.0.2.1",
          proxied: true,
          ttl: 300,
        },
      },
    });

    const { text } = await it.apply();

    expect(text).toContain(
      "Error: ttl must be set to 1 when `proxied` is true",
    );
  });
});

test("shows no secret in a plan, an apply or a destroy", async () => {
  const it = await workspace();
  it.write({
    zero_trust_access_identity_provider: {
      google: {
        account_id: it.accountId,
        name: "Google",
        type: "google",
        config: { client_id: "id", client_secret: "very-s3cret-value" },
      },
    },
    zero_trust_access_service_token: {
      cli: { account_id: it.accountId, name: "cli" },
    },
  });

  const printed = [(await it.plan()).text, (await it.applied()).text];
  const { client_secret } = await it.state(
    "zero_trust_access_service_token.cli",
  );
  printed.push((await it.plan()).text, (await it.destroy()).text);

  expect(client_secret).toMatch(/^cfast_/);
  const all = printed.join();
  expect(all).toContain("client_secret = (sensitive value)");
  expect(all).not.toContain("very-s3cret-value");
  expect(all).not.toContain(String(client_secret));
});
