import { Token } from "cdktf";
import { SINCE } from "../base/provider-versions";
import {
  closest,
  isObject,
  isReference,
  needed,
  propFaults,
  shown,
  type PropTable,
} from "./known-props";

/** A rule as Terraform writes it: one selector with its values. */
export type RuleBlock = Readonly<Record<string, object>>;

const RISKS = ["low", "medium", "high", "unscored"];

const OF_METHOD = { identity_provider_id: needed("id") };

/**
 * The values of each selector of the provider. A newer provider may have further
 * selectors.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/#selectors
 */
const SELECTORS: Readonly<Record<string, PropTable>> = {
  any_valid_service_token: {},
  auth_context: { id: needed("id"), ac_id: needed("id"), ...OF_METHOD },
  auth_method: { auth_method: needed("authMethod") },
  azure_ad: { id: needed("uuid"), ...OF_METHOD },
  certificate: {},
  cloudflare_account_member: { account_id: "id" },
  common_name: { common_name: needed("value") },
  device_posture: { integration_uid: needed("id") },
  email: { email: needed("address") },
  email_domain: { domain: needed("mailDomain") },
  email_list: { id: needed("id") },
  everyone: {},
  external_evaluation: {
    evaluate_url: needed("https"),
    keys_url: needed("https"),
  },
  geo: { country_code: needed("country") },
  github_organization: {
    name: needed("githubName"),
    team: "githubName",
    ...OF_METHOD,
  },
  group: { id: needed("id") },
  gsuite: { email: needed("address"), ...OF_METHOD },
  ip: { ip: needed("network") },
  ip_list: { id: needed("id") },
  linked_app_token: { app_uid: needed("id") },
  login_method: { id: needed("id") },
  oidc: {
    claim_name: needed("value"),
    claim_value: needed("value"),
    ...OF_METHOD,
  },
  okta: { name: needed("value"), ...OF_METHOD },
  saml: {
    attribute_name: needed("value"),
    attribute_value: needed("value"),
    ...OF_METHOD,
  },
  service_token: { token_id: needed("id") },
  user_risk_score: { user_risk_score: needed("texts") },
};

/** The version of Cloudflare's provider that first has a selector, where it is not the oldest. */
const SELECTORS_SINCE: Readonly<Record<string, string>> = {
  cloudflare_account_member: SINCE.accountMember,
  user_risk_score: SINCE.userRiskScore,
};

/**
 * What Cloudflare's provider can't read back of a policy's list: what an
 * application shows of its policies has no such selectors there, so that two
 * rules by them are one and the same to it, and it crashes. Groups have them.
 */
export function unreadableTwice(
  list: string,
  blocks: readonly RuleBlock[],
): string | undefined {
  const newer = selectorsOf(blocks).filter(
    (selector) => SELECTORS_SINCE[selector] !== undefined,
  );
  return newer.length > 1
    ? `${list} has ${newer.length} rules by ${[...new Set(newer)].join(" and ")}, and Cloudflare's provider crashes on more than one: put them into an AccessGroup and name that`
    : undefined;
}

/** The selectors of some rules that not every version of the provider has. */
export function newerSelectors(
  blocks: readonly RuleBlock[],
): { readonly what: string; readonly since: string }[] {
  const used = new Set(selectorsOf(blocks));
  return [...used].flatMap((selector) => {
    const since = SELECTORS_SINCE[selector];
    return since === undefined
      ? []
      : [{ what: `a rule by ${selector}`, since }];
  });
}

/** Code that no compiler has looked at can have anything there. */
function selectorsOf(blocks: readonly RuleBlock[]): string[] {
  return blocks.flatMap((block) => (isObject(block) ? Object.keys(block) : []));
}

/** What is wrong with a rule, whoever wrote it. */
export function ruleBlockFaults(block: RuleBlock): string[] {
  if (Token.isUnresolved(block)) return [];
  if (!isObject(block))
    return [
      `a rule must be an object such as { email: { email: "ann@example.com" } }, got ${shown(block)}`,
    ];
  const selectors = Object.keys(block);
  const [selector = ""] = selectors;
  if (selectors.length !== 1)
    return [
      `a rule has one selector: write one rule for each of ${selectors.length > 0 ? selectors.join(", ") : "those that you want"}`,
    ];
  const values = block[selector];
  const known = Object.hasOwn(SELECTORS, selector)
    ? SELECTORS[selector]
    : undefined;
  if (known !== undefined) return valuesFaults(selector, values, known);
  const meant = closest(selector, Object.keys(SELECTORS));
  if (meant !== undefined)
    return [`there is no selector ${selector}: write ${meant}`];
  return isObject(values) || isReference(values)
    ? []
    : [
        `the selector ${selector} must have an object with its values, got ${shown(values)}`,
      ];
}

function valuesFaults(
  selector: string,
  values: unknown,
  known: PropTable,
): string[] {
  if (isReference(values)) return [];
  const names = Object.keys(known);
  if (!isObject(values) || (names.length === 0 && !isEmpty(values)))
    return [
      `the selector ${selector} must have ${names.length === 0 ? "an empty object, {}" : `an object such as { ${names[0]}: … }`}, got ${shown(values)}`,
    ];
  return [
    ...propFaults(values, known),
    ...(selector === "user_risk_score" ? riskFaults(values) : []),
  ].map((fault) => `a rule by ${selector}: ${fault}`);
}

function riskFaults(values: object): string[] {
  const given: unknown = Reflect.get(values, "user_risk_score");
  if (!Array.isArray(given)) return [];
  if (given.length === 0)
    return [`user_risk_score is empty: write some of ${RISKS.join(", ")}`];
  return given
    .filter((one) => typeof one === "string" && !isReference(one))
    .filter((one: string) => !RISKS.includes(one))
    .map(
      (one: string) =>
        `user_risk_score has "${one}": write ${RISKS.join(", ")}`,
    );
}

function isEmpty(values: object): boolean {
  return Object.values(values).every((value) => value === undefined);
}

const lower = (text: string) => text.toLowerCase();

/** How Cloudflare writes values back, where that is not how people write them. */
const WRITINGS: Readonly<
  Record<string, Readonly<Record<string, (text: string) => string>>>
> = {
  email: { email: lower },
  email_domain: { domain: (text) => lower(text).replace(/^@/, "") },
  geo: { country_code: (text) => text.toUpperCase() },
  gsuite: { email: lower },
  ip: {
    ip: (text) =>
      text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`,
  },
};

/** A rule without faults, as Cloudflare writes it back. */
export function normalized(block: RuleBlock): RuleBlock {
  if (Token.isUnresolved(block)) return block;
  return Object.fromEntries(
    Object.entries(block).map(([selector, values]) => [
      selector,
      isReference(values)
        ? values
        : Object.fromEntries(
            Object.entries(values).map(([name, value]: [string, unknown]) => [
              name,
              write(value, WRITINGS[selector]?.[name]),
            ]),
          ),
    ]),
  );
}

function write(
  value: unknown,
  writing: ((text: string) => string) | undefined,
): unknown {
  return typeof value === "string" && writing && !isReference(value)
    ? writing(value)
    : value;
}
