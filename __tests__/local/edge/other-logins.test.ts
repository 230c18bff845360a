import type { IdentityProvider } from "../../../local/account-objects";
import {
  ADA,
  allowAda,
  HOST,
  MALLORY,
  protect,
  startLab,
  Visitor,
  type Lab,
} from "./support";

const PAGE = `https://${HOST}/queue`;

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => lab.close());

/** Adds a login method with the account's OAuth client, the only one of the application. */
function only(
  type: string,
  config: IdentityProvider["config"] = {},
  policy: object = allowAda,
) {
  const client = lab.account.googleClients[0]!;
  const idp: IdentityProvider = {
    id: "600613e0-0000-4000-8000-0000000000aa",
    name: `Our ${type}`,
    type,
    config: { client_id: client.client_id, ...config },
    client_secret: client.client_secret,
    version: "1",
  };
  lab.account.identityProviders.set(idp.id, idp);
  protect(lab, [policy as typeof allowAda], {
    allowed_idps: [idp.id],
    auto_redirect_to_identity: true,
  });
  return idp;
}

const OIDC = {
  auth_url: "https://id.example.org/authorize",
  token_url: "https://id.example.org/token",
  certs_url: "https://keys.example.org/jwks",
  pkce_enabled: true,
};

test.each<[string, IdentityProvider["config"]]>([
  ["github", {}],
  ["cloudflare", {}],
  ["oidc", OIDC],
])(
  "lets in by %s whom the policy names, and nobody else",
  async (type, config) => {
    const { id } = only(type, config);

    const ada = new Visitor(lab, ADA);
    const page = await ada.visit(PAGE);
    expect(page.text).toContain("origin GET /queue");
    expect(
      ada.steps.some((step) =>
        /^https:\/\/(github\.com|dash\.cloudflare\.com|id\.example\.org)\//.test(
          step,
        ),
      ),
    ).toBe(true);
    expect(lab.account.users.get(ADA)?.idp).toEqual({ id, type });

    const mallory = await new Visitor(lab, MALLORY).visit(PAGE);
    expect(mallory.status).toBe(403);
  },
);

test("hands the claims that it asks for to the rules", async () => {
  const { id } = only(
    "oidc",
    { ...OIDC, claims: ["name"] },
    {
      decision: "allow",
      include: [
        {
          oidc: {
            claim_name: "name",
            claim_value: "Ada Lovelace",
            identity_provider_id: "600613e0-0000-4000-8000-0000000000aa",
          },
        },
      ],
    },
  );
  expect(id).toBeDefined();
  const name = lab.account.people.find(({ email }) => email === ADA)?.name;
  const page = await new Visitor(lab, ADA).visit(PAGE);
  expect(page.text.includes("origin GET")).toBe(name === "Ada Lovelace");
});

test.each<[string, IdentityProvider["config"]]>([
  ["github", {}],
  ["oidc", OIDC],
])("fails at %s with a wrong secret", async (type, config) => {
  const idp = only(type, config);
  lab.account.identityProviders.set(idp.id, { ...idp, client_secret: "wrong" });
  const page = await new Visitor(lab, ADA).visit(PAGE);
  expect(page.text).toMatch(/Failed to exchange the code at/);
});

test.each<[string, IdentityProvider["config"], string]>([
  ["github", {}, "https://github.com/login/oauth/authorize"],
  ["oidc", OIDC, OIDC.auth_url],
])(
  "%s takes the client that a login method names, and no other",
  async (type, config, authorize) => {
    const idp = only(type, { ...config, client_id: "ours" });
    idp.client_secret = "our secret";
    const page = await new Visitor(lab, ADA).visit(PAGE);
    expect(page.text).toContain("origin GET /queue");

    const elsewhere = new URLSearchParams({
      client_id: "ours",
      redirect_uri: "https://evil.example/callback",
    });
    for (const query of ["client_id=nobody", elsewhere.toString()]) {
      const refused = await new Visitor(lab, ADA).visit(
        `${authorize}?${query}`,
      );
      expect(refused.status).toBeGreaterThanOrEqual(400);
    }
  },
);

describe("Cloudflare's own login", () => {
  const everyone = { decision: "allow", include: [{ everyone: {} }] };
  const members = (values: object = {}) => ({
    decision: "allow",
    include: [{ cloudflare_account_member: values }],
  });
  const comesIn = async (email: string) =>
    (await new Visitor(lab, email).visit(PAGE)).text.includes("origin GET");

  test("logs in members of the account alone, where it is told to", async () => {
    only("cloudflare", { restrict_to_account_members: true }, everyone);

    expect(await comesIn(ADA)).toBe(true);
    const stranger = await new Visitor(lab, MALLORY).visit(PAGE);
    expect(stranger.status).toBe(400);
    expect(stranger.text).toContain(`${MALLORY} is not a member`);
    expect(lab.account.users.has(MALLORY)).toBe(false);
  });

  test("logs in anybody otherwise, and rules by membership tell them apart", async () => {
    only("cloudflare", {}, members());

    expect(await comesIn(ADA)).toBe(true);
    expect(await comesIn(MALLORY)).toBe(false);
    expect(lab.account.users.has(MALLORY)).toBe(true);
  });

  test("knows the members of another account", async () => {
    const elsewhere = "0".repeat(32);
    const mallory = lab.account.people.find(({ email }) => email === MALLORY);
    Object.assign(mallory!, { member_of: [elsewhere] });
    only("cloudflare", {}, members({ account_id: elsewhere }));

    expect(await comesIn(MALLORY)).toBe(true);
    expect(await comesIn(ADA)).toBe(false);
  });

  test("nobody is a member by another login", async () => {
    only("github", {}, members());

    expect(await comesIn(ADA)).toBe(false);
  });
});
