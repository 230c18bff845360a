import { TerraformVariable } from "cdktf";
import {
  IdentityProvider,
  type IdentityProviderProps,
} from "../../constructs/identity-provider";
import { placeholderId } from "../../constructs/placeholder";
import { only, synth } from "./synth";

const IDP = "cloudflare_zero_trust_access_identity_provider";

test("takes the secret from a variable, and refuses to deploy without one", () => {
  const tf = synth((scope) => {
    const secret = new TerraformVariable(scope, "secret", { sensitive: true });
    new IdentityProvider(scope, "google", {
      accountId: "a1",
      clientId: "1.apps.googleusercontent.com",
      clientSecret: secret.stringValue,
      secretRemedy: "Set SECRET.",
    });
  });
  expect(only(tf, IDP)).toMatchObject({
    name: "Google",
    type: "google",
    config: { client_secret: "${var.secret}", pkce_enabled: true },
    lifecycle: {
      precondition: [
        {
          condition: '${(var.secret != "")}',
          error_message: "The client secret of Google is empty. Set SECRET.",
        },
      ],
    },
  });
});

test("creates nothing when it is looked up by name", () => {
  const tf = synth((scope) => {
    IdentityProvider.fromName(scope, "methods", {
      accountId: "a1",
      name: "Google",
    });
  });
  expect(tf.resource).toBeUndefined();
  expect(
    tf.data.cloudflare_zero_trust_access_identity_providers?.methods,
  ).toMatchObject({
    account_id: "a1",
    lifecycle: {
      postcondition: [
        {
          error_message: expect.stringContaining(
            "login method is named Google",
          ),
        },
      ],
    },
  });
});

test("a plan for reading does without the secret, and leaves a deployed one as it is", () => {
  const tf = synth((scope) => {
    new IdentityProvider(scope, "google", {
      accountId: "a1",
      clientId: "1.apps.googleusercontent.com",
      clientSecret: "",
      secretWithheld: true,
    });
  });
  expect(only(tf, IDP).lifecycle).toEqual({
    ignore_changes: ["config.client_secret"],
  });
});

test("a placeholder stands for one that is not there, and two of one name still fail", () => {
  let id = "";
  const tf = synth((scope) => {
    id = IdentityProvider.fromName(scope, "methods", {
      accountId: "a1",
      name: "Google",
      placeholder: placeholderId("login method", "Google"),
    }).identityProviderId;
  });
  expect(id).toMatch(/ : "not-deployed-yet: login method Google"}$/);
  expect(
    tf.data.cloudflare_zero_trust_access_identity_providers?.methods,
  ).toMatchObject({
    lifecycle: {
      postcondition: [{ condition: expect.stringMatching(/ <= 1}$/) }],
    },
  });
});

const client = { accountId: "a1", clientId: "c", clientSecret: "s" };

test.each<[IdentityProviderProps, string, object]>([
  [
    { ...client, type: "google-apps", appsDomain: "example.com" },
    "Google Workspace",
    { apps_domain: "example.com" },
  ],
  [{ ...client, type: "github" }, "GitHub", { pkce_enabled: true }],
  [
    {
      ...client,
      type: "azureAD",
      directoryId: "00000000-0000-0000-0000-000000000000",
      supportGroups: true,
      conditionalAccessEnabled: true,
      prompt: "select_account",
    },
    "Microsoft Entra ID",
    {
      directory_id: "00000000-0000-0000-0000-000000000000",
      support_groups: true,
      conditional_access_enabled: true,
      prompt: "select_account",
    },
  ],
  [
    {
      ...client,
      type: "okta",
      oktaAccount: "https://example.okta.com",
      authorizationServerId: "aus1",
    },
    "Okta",
    {
      okta_account: "https://example.okta.com",
      authorization_server_id: "aus1",
    },
  ],
  [
    {
      ...client,
      type: "oidc",
      authUrl: "https://id.example/auth",
      tokenUrl: "https://id.example/token",
      certsUrl: "https://id.example/certs",
      scopes: ["openid", "email", "groups"],
      claims: ["groups"],
      emailClaimName: "mail",
      pkceEnabled: false,
    },
    "OpenID Connect",
    {
      auth_url: "https://id.example/auth",
      token_url: "https://id.example/token",
      certs_url: "https://id.example/certs",
      scopes: ["openid", "email", "groups"],
      claims: ["groups"],
      email_claim_name: "mail",
      pkce_enabled: false,
    },
  ],
])("makes a login method of each kind (%#)", (props, name, config) => {
  const tf = synth((scope) => {
    new IdentityProvider(scope, "it", props);
  });
  expect(only(tf, IDP)).toMatchObject({
    name,
    type: props.type,
    config: { client_id: "c", client_secret: "s", ...config },
  });
});

test("makes SAML, which has no secret", () => {
  const tf = synth((scope) => {
    new IdentityProvider(scope, "it", {
      accountId: "a1",
      type: "saml",
      issuerUrl: "urn:example",
      ssoTargetUrl: "https://id.example/sso",
      idpPublicCerts: ["MII"],
      attributes: ["role"],
      emailAttributeName: "mail",
      headerAttributes: [{ attributeName: "role", headerName: "X-Role" }],
      signRequest: true,
    });
  });
  expect(only(tf, IDP)).toMatchObject({
    name: "SAML",
    config: {
      issuer_url: "urn:example",
      sso_target_url: "https://id.example/sso",
      idp_public_certs: ["MII"],
      attributes: ["role"],
      email_attribute_name: "mail",
      header_attributes: [{ attribute_name: "role", header_name: "X-Role" }],
      sign_request: true,
    },
  });
  expect(only(tf, IDP)).not.toHaveProperty("lifecycle");
});

test.each<[IdentityProviderProps, RegExp]>([
  [
    { ...client, type: "google-apps", appsDomain: "" },
    /appsDomain is missing: give a domain/,
  ],
  [
    { ...client, type: "okta", oktaAccount: "example" },
    /oktaAccount must be a URL .*got "example"/,
  ],
  [
    {
      ...client,
      type: "oidc",
      authUrl: "http://id.example",
      tokenUrl: "https://id.example",
      certsUrl: "https://id.example",
    },
    /authUrl must be an https URL, got "http:\/\/id\.example"/,
  ],
  [{ ...client, clientId: "" }, /clientId is missing/],
  [
    {
      accountId: "a1",
      type: "saml",
      issuerUrl: "urn:example",
      ssoTargetUrl: "https://id.example/sso",
      idpPublicCerts: [],
    },
    /idpPublicCerts is missing/,
  ],
  [
    {
      accountId: "a1",
      type: "saml",
      issuerUrl: "urn:example",
      ssoTargetUrl: "https://id.example/sso",
      idpPublicCerts: ["MII", ""],
    },
    /idpPublicCerts\[1\] must be text that is not empty/,
  ],
  ...[[], ["email"]].map((scopes): [IdentityProviderProps, RegExp] => [
    {
      ...client,
      type: "oidc",
      authUrl: "https://id.example",
      tokenUrl: "https://id.example",
      certsUrl: "https://id.example",
      scopes,
    },
    /scopes must have "openid".* leave scopes out/,
  ]),
])("fails for what is missing or malformed (%#)", (props, message) => {
  expect(() =>
    synth((scope) => {
      new IdentityProvider(scope, "it", props);
    }),
  ).toThrow(message);
});

test("finds the account's one-time PIN, whatever its name", () => {
  let id = "";
  synth((scope) => {
    id = IdentityProvider.fromName(scope, "methods", {
      accountId: "a1",
      name: "One-time PIN",
    }).identityProviderId;
  });
  expect(id).toContain('it.type == "onetimepin"');
});
