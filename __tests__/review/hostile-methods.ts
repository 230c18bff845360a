import type { Dice } from "./dice";
import { Sensitive } from "./terraform";

export const METHOD = "cloudflare_zero_trust_access_identity_provider";

/** Types of login methods that the code may have; each is the resource's name, too. */
export const METHOD_TYPES = ["oidc", "okta", "saml", "github"];

export function methodName(type: string): string {
  return `Method ${type}`;
}

type Config = Readonly<Record<string, unknown>>;

/** Whose say it is who somebody is: with another of these, anybody may be anyone. */
const TRUSTED: Readonly<Record<string, (dice: Dice) => Config>> = {
  oidc: (dice) => ({
    client_id: dice.oneOf(["c1", "c1", "c2"]),
    auth_url: url(dice, "auth"),
    token_url: url(dice, "token"),
    certs_url: url(dice, "certs"),
    ...(dice.maybe(20) && { email_claim_name: "upn" }),
    ...(dice.maybe(20) && { pkce_enabled: true }),
  }),
  okta: (dice) => ({
    client_id: dice.oneOf(["c1", "c1", "c2"]),
    okta_account: url(dice, "okta"),
    ...(dice.maybe(20) && { authorization_server_id: "default" }),
  }),
  saml: (dice) => ({
    issuer_url: url(dice, "issuer"),
    sso_target_url: url(dice, "sso"),
    idp_public_certs: dice.oneOf([["k1"], ["k1"], ["k1", "k2"], ["k2"]]),
    ...(dice.maybe(20) && { sign_request: true }),
    ...(dice.maybe(20) && { email_attribute_name: "upn" }),
  }),
  github: (dice) => ({ client_id: dice.oneOf(["c1", "c1", "c2"]) }),
};

function url(dice: Dice, path: string): string {
  const server = dice.oneOf(["id", "id", "id", "other"]);
  return `https://${server}.example/${path}`;
}

/** What the same server is asked for, and how it knows who asks. */
function rest(dice: Dice, type: string): Config {
  return {
    ...(type !== "saml" && {
      client_secret: new Sensitive(dice.oneOf(["s1", "s1", "s2"])),
    }),
    ...(type === "oidc" &&
      dice.maybe(50) && { claims: dice.oneOf([["n"], ["n", "m"]]) }),
    ...(type === "oidc" && dice.maybe(50) && { scopes: ["openid", "email"] }),
    ...(type === "oidc" && dice.maybe(30) && { prompt: "login" }),
    ...(type === "saml" && dice.maybe(30) && { attributes: ["n"] }),
  };
}

/** The keys of it. */
export const NOT_TRUSTING: ReadonlySet<string> = new Set([
  ...["client_secret", "claims", "scopes", "prompt", "attributes"],
]);

export function loginMethod(
  dice: Dice,
  accountId: string,
  type: string,
): Readonly<Record<string, unknown>> {
  return {
    account_id: accountId,
    name: methodName(type),
    type,
    config: { ...TRUSTED[type]!(dice), ...rest(dice, type) },
  };
}
