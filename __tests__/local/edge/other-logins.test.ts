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
        /^https:\/\/(github\.com|id\.example\.org)\//.test(step),
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

test("GitHub and the OpenID provider refuse a client that they do not know", async () => {
  for (const type of ["github", "oidc"]) {
    const idp = only(type, type === "oidc" ? OIDC : {});
    idp.config.client_id = "nobody";
    const page = await new Visitor(lab, ADA).visit(PAGE);
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(page.text).not.toContain("origin GET");
    lab.account.applications.clear();
  }
});
