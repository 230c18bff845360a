import { AccessApp, type AccessAppProps } from "../../constructs/access-app";
import { AccessRule } from "../../constructs/access-rule";
import {
  IdentityProvider,
  type IdentityProviderProps,
} from "../../constructs/identity-provider";
import {
  TunnelRoute,
  type TunnelRouteProps,
} from "../../constructs/tunnel-route";
import { synth } from "./synth";

/** What code can hand in that no compiler has looked at. */
type Unchecked = Readonly<Record<string, unknown>>;

function saidOf(build: () => unknown): string {
  try {
    build();
  } catch (error) {
    return String(error);
  }
  return "";
}

const app = (props: Unchecked) =>
  saidOf(() =>
    synth((scope) => {
      new AccessApp(scope, "app", {
        accountId: "a1",
        hostname: "app.example.com",
        ...props,
      } as AccessAppProps).allow("people", {
        name: "People",
        include: [AccessRule.email("ann@example.com")],
        ...(props["policy"] as object),
      });
    }, "5.24.0"),
  );

const route = (props: Unchecked) =>
  saidOf(() =>
    synth((scope) => {
      new TunnelRoute(scope, "route", {
        accountId: "a1",
        tunnelId: "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11",
        hostname: "app.example.com",
        serviceUrl: "http://caddy:80",
        ...props,
      } as TunnelRouteProps);
    }),
  );

const method = (props: Unchecked) =>
  saidOf(() =>
    synth((scope) => {
      new IdentityProvider(scope, "method", {
        accountId: "a1",
        clientSecret: "s",
        ...props,
      } as unknown as IdentityProviderProps);
    }),
  );

const cors = (more: Unchecked) => ({
  corsHeaders: {
    allowedOrigins: ["https://a.example"],
    allowedMethods: ["GET"],
    ...more,
  },
});

test.each<[Unchecked, string]>([
  [
    { httpOnlyCookieAtribute: true },
    "there is no httpOnlyCookieAtribute: write httpOnlyCookieAttribute",
  ],
  [{ http_only_cookie_attribute: false }, "write httpOnlyCookieAttribute"],
  [
    { httpOnlyCookieAttribute: "false" },
    'httpOnlyCookieAttribute must be true or false, got "false"',
  ],
  [
    { sameSiteCookieAttribute: "Lax" },
    'sameSiteCookieAttribute must be one of "none", "lax", "strict", got "Lax"',
  ],
  [{ tags: "one" }, 'tags must be a list, got "one"'],
  [{ sessionDuration: 24 }, "sessionDuration must be text, got 24"],
  [cors({ allowedMethods: ["get"] }), 'allowedMethods has "get": write one of'],
  [cors({ allowedOrigin: ["x"] }), "write corsHeaders.allowedOrigins"],
  [
    cors({ allowedOrigins: ["https://a.example/"] }),
    "without a path or a slash at its end",
  ],
  [
    cors({ maxAge: "60" }),
    'maxAge must be a whole number from -1 to 86400 seconds, got "60"',
  ],
  [
    { mfaConfig: { sessionDuration: "1h30m" } },
    'mfaConfig.sessionDuration must be minutes or hours up to "720h", such as "5m" or "24h", got "1h30m"',
  ],
  [{ mfaConfig: { sessionDuration: "721h" } }, "mfaConfig.sessionDuration"],
  [{ mfaConfig: { allowedAuthenticators: ["sms"] } }, 'has "sms": write totp'],
  [{ mfaConfig: { mfaDisable: true } }, "write mfaConfig.mfaDisabled"],
  [
    { oauthConfiguration: { grant: { accessTokenLifetime: "soon" } } },
    "oauthConfiguration.grant.accessTokenLifetime must be a duration",
  ],
  [
    {
      oauthConfiguration: {
        dynamicClientRegistration: { allowedUris: ["http://x"] },
      },
    },
    'allowedUris has "http://x": write an https URL',
  ],
  [
    {
      oauthConfiguration: {
        dynamicClientRegistration: { allowedUris: ["https://a.com*"] },
      },
    },
    'allowedUris has "https://a.com*": write an https URL',
  ],
  [
    {
      oauthConfiguration: {
        dynamicClientRegistration: { allowedUris: ["https://a.*.com/x"] },
      },
    },
    'allowedUris has "https://a.*.com/x": write an https URL',
  ],
  [
    {
      oauthConfiguration: {
        dynamicClientRegistration: { allowedUris: ["https://a.com/x*"] },
      },
    },
    'allowedUris has "https://a.com/x*": write an https URL',
  ],
  [
    { policy: { require: AccessRule.everyone() } },
    'require must be a list, got "a rule"',
  ],
  [
    { policy: { purposeJustificationPrompt: "" } },
    "purposeJustificationPrompt must be text that is not empty",
  ],
  [
    {
      policy: {
        approvalGroups: [{ approvalsNeeded: 1, emailAddresses: ["bob"] }],
      },
    },
    'approvalGroups[0].emailAddresses[0] must be an address such as "ann@example.com", got "bob"',
  ],
  [
    { logoUrl: "logo" },
    'logoUrl must be the URL of a picture such as "https://example.com/logo.png", got "logo"',
  ],
  [{ customPages: ["x"] }, "customPages[0] must be an id such as"],
  [
    { oauthConfiguration: { enable: true } },
    "write oauthConfiguration.enabled",
  ],
  [
    { policy: { isolationRequired: "yes" } },
    'isolationRequired must be true or false, got "yes"',
  ],
  [{ policy: { requires: [] } }, "there is no requires: write require"],
])("an application with %j is refused in so many words", (props, message) => {
  expect(app(props)).toContain(message);
});

test.each([
  "*",
  "https://*",
  "null",
  "https://*.com",
  "http://*:8080",
  "*://*",
])("an application whose CORS has credentials for %s is refused", (origin) => {
  expect(
    app(cors({ allowedOrigins: [origin], allowCredentials: true })),
  ).toContain(`each by its name, got "${origin}"`);
});

test("an application may have credentials for the hosts of one domain", () => {
  const allowedOrigins = ["https://*.example.com", "https://a.example:8443"];
  expect(app(cors({ allowedOrigins, allowCredentials: true }))).toBe("");
});

test.each<[Unchecked, string]>([
  [
    { originRequest: { noTlsVerify: true } },
    "there is no originRequest.noTlsVerify: write originRequest.noTLSVerify",
  ],
  [
    { originRequest: { conectTimeout: 3 } },
    "write originRequest.connectTimeout",
  ],
  [
    { originRequest: { accessPolicy: 1 } },
    "there is no originRequest.accessPolicy: leave it out, or take one of",
  ],
  [{ hostname: "" }, 'hostname must be one host such as "app.example.com"'],
  [{ hostname: "*" }, 'got "*"'],
  [{ hostname: "app.example.com/x" }, 'got "app.example.com/x"'],
  [{ hostname: "https://app.example.com" }, "without a scheme"],
  [{ hostname: "App.example.com" }, "in lower case"],
  [{ path: "(" }, 'path "(" is no Go regular expression'],
  [{ path: "(?=x)" }, "as RE2 reads it"],
  [{ path: "" }, "path is empty: leave it out"],
  [
    { onDestroy: "keep" },
    'onDestroy must be one of "restore", "remove", got "keep"',
  ],
])("a route with %j is refused in so many words", (props, message) => {
  expect(route(props)).toContain(message);
});

test("a route for all below a host is not refused", () => {
  expect(route({ hostname: "*.example.com", path: "^/a" })).toBe("");
});

test.each<[Unchecked, string]>([
  [{ type: "facebok", clientId: "c" }, 'cloudflare, got "facebok"'],
  [{ type: "onetimepin" }, "make a OneTimePin instead"],
  [{ type: "cloudflare", clientId: "c" }, "there is no clientId"],
  [{ type: "github" }, "clientId is missing: give the id of the OAuth client"],
  [
    { type: "saml", issuerUrl: "urn:x", ssoTargetUrl: "https://id.example" },
    "idpPublicCerts is missing: give the certificate of the IdP",
  ],
  [
    { type: "github", clientId: "c", clientID: "c" },
    "there is no clientID: write clientId",
  ],
  [
    { type: "azureAD", clientId: "c", directoryId: "x", prompt: "always" },
    'prompt must be one of "login", "select_account", "none", got "always"',
  ],
  [
    { type: "google", clientId: "c", clientSecret: "" },
    "clientSecret is empty",
  ],
  [
    { type: "google", clientId: "c", clientSecret: undefined },
    "clientSecret is empty",
  ],
])("a login method with %j is refused in so many words", (props, message) => {
  expect(method(props)).toContain(message);
});

test("all that is wrong is told at once", () => {
  const said = app({
    logoURL: "x",
    allowIframe: 1,
    mfaConfig: { sessionDuration: "x" },
    customDenyUrl: "sorry",
  });
  for (const one of ["logoUrl", "allowIframe", "mfaConfig", "customDenyUrl"])
    expect(said).toContain(one);
});
