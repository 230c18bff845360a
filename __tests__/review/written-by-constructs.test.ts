import { AccessApp } from "../../constructs/access-app";
import { AccessGroup } from "../../constructs/access-group";
import { AccessRule } from "../../constructs/access-rule";
import { HostnameRecord } from "../../constructs/hostname-record";
import { IdentityProvider } from "../../constructs/identity-provider";
import { OneTimePin } from "../../constructs/one-time-pin";
import { ServiceTokenPolicy } from "../../constructs/service-token-policy";
import { TunnelRoute } from "../../constructs/tunnel-route";
import { readPlan } from "../../review/plan";
import { synth } from "../constructs/synth";
import { change, planJson } from "./plans";

const accountId = "a1";
const include = [AccessRule.email("ann@example.com")];

/** Every attribute that constructs can write, by resource. */
const { resource } = synth((scope) => {
  const app = new AccessApp(scope, "app", {
    accountId,
    hostname: "app.example.com",
    path: "/a",
    destinations: [{ hostname: "b.example.com" }],
    sessionDuration: "30m",
    autoRedirectToIdentity: false,
    corsHeaders: { allowAllOrigins: true, allowAllMethods: true },
    optionsPreflightBypass: false,
    sameSiteCookieAttribute: "lax",
    httpOnlyCookieAttribute: true,
    pathCookieAttribute: true,
    enableBindingCookie: true,
    serviceAuth401Redirect: true,
    readServiceTokensFromHeader: "Authorization",
    customDenyMessage: "no",
    customDenyUrl: "https://example.com/no",
    customNonIdentityDenyUrl: "https://example.com/no",
    customPages: ["0f4a7a3f-1111-4a53-9d0e-5c2d0c5a1a11"],
    appLauncherVisible: false,
    logoUrl: "https://example.com/l.png",
    tags: ["t"],
    skipInterstitial: true,
    allowIframe: true,
    allowAuthenticateViaWarp: true,
    mfaConfig: { allowedAuthenticators: ["totp"] },
    loginMethods: [{ identityProviderId: "i" }],
  });
  app.allow("staff", {
    name: "staff",
    include,
    require: include,
    exclude: include,
    sessionDuration: "30m",
    purposeJustificationPrompt: "Why?",
    approvalGroups: [{ approvalsNeeded: 1, emailAddresses: ["b@e.com"] }],
    isolationRequired: true,
    mfaConfig: { mfaDisabled: true },
  });
  new ServiceTokenPolicy(scope, "bot", {
    accountId,
    app,
    duration: "24h",
    rotation: { version: 2, previousExpiresAt: "2027-01-01T00:00:00Z" },
    enabled: false,
  });
  const oauth = new AccessApp(scope, "oauth", {
    accountId,
    hostname: "oauth.example.com",
    oauthConfiguration: { enabled: true },
  });
  oauth.allow("all", { name: "all", include });
  new AccessGroup(scope, "group", {
    accountId,
    include,
    require: include,
    exclude: include,
  });
  new IdentityProvider(scope, "oidc", {
    accountId,
    type: "oidc",
    clientId: "c",
    clientSecret: "s",
    authUrl: "https://id.example/a",
    tokenUrl: "https://id.example/t",
    certsUrl: "https://id.example/c",
  });
  new OneTimePin(scope, "pin", { accountId });
  const route = new TunnelRoute(scope, "route", {
    accountId,
    tunnelId: "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11",
    hostname: "app.example.com",
    path: "^/a",
    serviceUrl: "https://nas:5001",
    originRequest: { noTLSVerify: true },
    access: { teamName: "team", apps: [app] },
  });
  new HostnameRecord(scope, "record", {
    zoneId: "z",
    tunnelId: "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11",
    hostname: "app.example.com",
    after: [route.resource],
  });
}, "5.24.0");

/** What is for Terraform and not for Cloudflare. */
const META = new Set(["lifecycle", "depends_on", "count", "provider"]);

test.each(
  Object.entries(resource).flatMap(([type, named]) =>
    Object.entries(named).map(
      ([name, values]) => [`${type}.${name}`, values] as const,
    ),
  ),
)("the review reads all that %s writes", (address, values) => {
  const attributes = Object.keys(values).filter((name) => !META.has(name));
  const before = Object.fromEntries(attributes.map((name) => [name, null]));
  // One after the other: an attribute that is not read is named, whatever its value.
  const unread = attributes.filter((name) => {
    const json = planJson([
      change(address, ["update"], {
        before: { ...before, id: "1" },
        after: { ...before, id: "1", [name]: values[name] },
      }),
    ]);
    return readPlan("web", json).unread.some(({ what }) =>
      what.includes("not read"),
    );
  });
  expect(attributes.length).toBeGreaterThan(1);
  expect(unread).toEqual([]);
});
