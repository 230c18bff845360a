import { API_SPELLINGS } from "../access/selectors";
import type { Rule } from "../access/model";
import { AccessRule } from "../constructs/access-rule";

type Fields = Readonly<Record<string, unknown>>;

/** Selectors that take one text: what writes them, and the field of the API. */
const SIMPLE: Readonly<
  Record<string, readonly [Simple, field: string] | undefined>
> = {
  email: ["email", "email"],
  email_domain: ["emailDomain", "domain"],
  email_list: ["emailList", "id"],
  ip: ["ip", "ip"],
  ip_list: ["ipList", "id"],
  geo: ["country", "country_code"],
  auth_method: ["authMethod", "auth_method"],
  device_posture: ["devicePosture", "integration_uid"],
  common_name: ["commonName", "common_name"],
};

type Simple =
  | "email"
  | "emailDomain"
  | "emailList"
  | "ip"
  | "ipList"
  | "country"
  | "authMethod"
  | "devicePosture"
  | "commonName";

/** Selectors that take the id of another object. */
const BY_ID: Readonly<
  Record<
    string,
    readonly [method: string, prop: string, field: string] | undefined
  >
> = {
  group: ["group", "accessGroupId", "id"],
  login_method: ["loginMethod", "identityProviderId", "id"],
  service_token: ["serviceToken", "serviceTokenId", "token_id"],
  linked_app_token: ["linkedAppToken", "accessAppId", "app_uid"],
};

const BARE: Readonly<Record<string, string | undefined>> = {
  everyone: "everyone",
  certificate: "certificate",
  any_valid_service_token: "anyValidServiceToken",
};

/** A rule of the API as it is written in TypeScript; what has no method of its own is `AccessRule.raw`. */
export function ruleText(rule: Rule): string {
  const [selector, fields] = selectorOf(rule);
  const bare = BARE[selector];
  if (bare !== undefined) return `AccessRule.${bare}()`;
  const simple = SIMPLE[selector];
  const text = simple && fields[simple[1]];
  if (simple && typeof text === "string" && isWritable(simple[0], text))
    return `AccessRule.${simple[0]}(${JSON.stringify(text)})`;
  if (selector === "cloudflare_account_member") return memberText(fields);
  const byId = BY_ID[selector];
  const id = byId && fields[byId[2]];
  if (byId && typeof id === "string")
    return `AccessRule.${byId[0]}({ ${byId[1]}: ${JSON.stringify(id)} })`;
  return `AccessRule.raw(${JSON.stringify({ [selector]: fields })})`;
}

function memberText({ account_id }: Fields): string {
  const of =
    typeof account_id === "string"
      ? `{ accountId: ${JSON.stringify(account_id)} }`
      : "";
  return `AccessRule.cloudflareAccountMember(${of})`;
}

/** A rule for people: `email domain example.org`. */
export function describeRule(rule: Rule): string {
  const [selector, fields] = selectorOf(rule);
  return [
    selector.replaceAll("_", " "),
    ...Object.values(fields).map(String),
  ].join(" ");
}

/** Equal for rules that say the same. */
export function ruleKey(rule: Rule): string {
  const [selector, fields] = selectorOf(rule);
  return JSON.stringify([
    selector,
    Object.entries(fields).sort(),
  ]).toLowerCase();
}

/** Its selector in Terraform's spelling, with what it names. */
function selectorOf(rule: Rule): readonly [string, Fields] {
  const [[key, value] = ["", {}]] = Object.entries(rule).filter(
    ([, fields]) => fields !== null && fields !== undefined,
  );
  const fields = Object.entries(value ?? {}).filter(
    ([, field]) => field !== null && field !== undefined && field !== "",
  );
  return [API_SPELLINGS[key] ?? key, Object.fromEntries(fields)];
}

function isWritable(method: Simple, text: string): boolean {
  return AccessRule[method](text)._faults.length === 0;
}
