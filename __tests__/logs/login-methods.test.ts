import type { LiveAccount } from "../../account/read-access";
import { explain } from "../../logs/explain";
import { toEntry } from "../../logs/entry";
import { group } from "../../logs/group";

const HOST = "comfyui.example.com";

/** An account that lets Ann in by two login methods, with another of one kind. */
const account = (types: readonly [string, string][]): LiveAccount => ({
  applications: [
    {
      id: "app",
      domain: HOST,
      policies: [
        {
          name: "staff",
          decision: "allow",
          include: [{ email: { email: "ann@example.com" } }],
        },
      ],
    },
  ],
  identity_providers: types.map(([type, name]) => ({ id: name, type, name })),
  service_tokens: [],
});

const logins = (
  connections: readonly string[],
  types: readonly [string, string][],
) =>
  group(
    explain(
      connections.map((connection) =>
        toEntry({
          allowed: true,
          app_domain: HOST,
          connection,
          user_email: "ann@example.com",
        }),
      ),
      account(types),
      HOST,
    ),
  );

test.each([
  ["onetimepin", "Code by mail"],
  ["github", "GitHub"],
  ["oidc", "Company"],
  ["saml", "Company SSO"],
  ["azureAD", "Microsoft"],
  ["okta", "Okta"],
  ["cloudflare", "Cloudflare"],
  ["google", "Google"],
])("a login by %s has its name, and is judged as any other", (type, name) => {
  expect(
    logins(
      [type],
      [
        ["google-apps", "Workspace"],
        [type, name],
      ],
    ),
  ).toEqual([
    expect.objectContaining({
      who: "ann@example.com",
      login: name,
      reason: expect.stringContaining('policy "staff" admits') as unknown,
    }),
  ]);
});

test("keeps apart who comes by two login methods, and has the kind where a name can't be told", () => {
  const types: [string, string][] = [
    ["github", "GitHub"],
    ["oidc", "One"],
    ["oidc", "Two"],
  ];
  expect(
    logins(["github", "oidc", "oidc", "gone"], types).map(
      ({ login, times }) => [login, times],
    ),
  ).toEqual([
    ["oidc", 2],
    ["GitHub", 1],
    ["gone", 1],
  ]);
});
