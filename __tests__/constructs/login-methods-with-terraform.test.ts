import type { Construct } from "constructs";
import {
  IdentityProvider,
  type IdentityProviderProps,
} from "../../constructs/identity-provider";
import { isOlder, SINCE } from "../../base/provider-versions";
import { PROVIDER_VERSION } from "../provider";
import { TIMEOUT, Workspace } from "../local/provider/workspace";
import { synth } from "./synth";

jest.setTimeout(TIMEOUT);

let workspace: Workspace;
beforeEach(async () => {
  workspace = await Workspace.open();
});
afterEach(() => workspace.close());

/** Deploys what is built, and gives what the next plan would change. */
async function deployed(build: (scope: Construct) => void): Promise<string> {
  const { data, resource } = synth(build, PROVIDER_VERSION);
  const unprefixed = Object.entries(resource ?? {}).map(([type, named]) => [
    type.replace("cloudflare_", ""),
    named,
  ]);
  workspace.write(Object.fromEntries(unprefixed), { data });
  await workspace.applied();
  const { code, text } = await workspace.plan();
  return code === 0 ? "" : text;
}

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type Kind = Without<IdentityProviderProps, "accountId">;

test("plans no change after login methods of every kind, set, changed and unset", async () => {
  const client = { clientId: "c", clientSecret: "s" };
  const saml = {
    type: "saml",
    issuerUrl: "urn:example",
    ssoTargetUrl: "https://id.example/sso",
  } as const;
  const oidc = {
    ...client,
    type: "oidc",
    authUrl: "https://id.example/auth",
    tokenUrl: "https://id.example/token",
    certsUrl: "https://id.example/certs",
  } as const;
  const entra = {
    ...client,
    type: "azureAD",
    directoryId: "00000000-0000-0000-0000-000000000000",
  } as const;
  const okta = {
    ...client,
    type: "okta",
    oktaAccount: "https://example.okta.com",
  } as const;
  const steps: readonly Kind[][] = [
    [
      { ...client },
      { ...client, type: "google-apps", appsDomain: "example.com" },
      { ...client, type: "github" },
      entra,
      okta,
      oidc,
      { ...saml, idpPublicCerts: ["MIIA"] },
    ],
    [
      { ...client, clientId: "d" },
      { ...client, type: "google-apps", appsDomain: "example.org" },
      { ...client, type: "github", pkceEnabled: false },
      {
        ...entra,
        supportGroups: true,
        conditionalAccessEnabled: true,
        prompt: "login" as const,
        claims: ["groups"],
      },
      { ...okta, authorizationServerId: "aus1", emailClaimName: "mail" },
      { ...oidc, scopes: ["openid", "groups"], claims: ["groups"] },
      {
        ...saml,
        idpPublicCerts: ["MIIA", "MIIB"],
        attributes: ["role"],
        emailAttributeName: "mail",
        headerAttributes: [{ attributeName: "role", headerName: "X-Role" }],
        signRequest: true,
      },
    ],
  ];
  if (!isOlder(PROVIDER_VERSION, SINCE.loginMethodMembers)) {
    steps[0]?.push({ type: "cloudflare" });
    steps[1]?.push({ type: "cloudflare", restrictToAccountMembers: false });
  }
  const build = (kinds: readonly Kind[]) => (scope: Construct) => {
    for (const [index, kind] of kinds.entries())
      new IdentityProvider(scope, `m${index}`, {
        accountId: workspace.accountId,
        ...kind,
      });
  };
  for (const kinds of [...steps, ...steps.slice(0, 1)])
    expect(await deployed(build(kinds))).toBe("");
});
