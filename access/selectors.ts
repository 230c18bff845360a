import { yesNoFact, type Test } from "./inquiry";
import { parseRange } from "./ip";
import type { Mentions } from "./mentions";
import type { List } from "./model";
import * as person from "./person-selectors";
import { NO, YES } from "./truth";
import type { Values } from "./values";

/** What selectors draw on while rules are compiled. */
export interface SelectorContext {
  readonly mentions: Mentions;
  readonly lists: ReadonlyMap<string, List>;
  /** Id of the account whose rules these are, where it is known. */
  readonly accountId?: string;
  /** The test of a rule group, or undefined where there is none with this id. */
  group(id: string): Test | undefined;
}

/** Makes the test of a rule; undefined where a value it needs is missing or makes no sense. */
type Selector = (values: Values, context: SelectorContext) => Test | undefined;

/**
 * Every selector, by its key in Terraform's spelling.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/#cloudflare-access-selectors
 */
export const SELECTORS: Readonly<Record<string, Selector>> = {
  everyone: () => () => YES,
  group: (values, context) =>
    values.with(
      "id",
      (id) => context.group(id) ?? values.fact(id, `rule group ${id}`),
    ),

  email: person.email,
  email_domain: person.emailDomain,
  email_list: (values, { lists }) => person.emailList(values, lists),
  login_method: person.loginMethod,
  auth_method: person.authMethod,
  auth_context: person.authContext,
  gsuite: person.gsuite,
  azure_ad: (values) => person.idpGroup(values, "Entra group", "id"),
  okta: (values) => person.idpGroup(values, "Okta group", "name"),
  github_organization: person.githubOrganization,
  saml: (values) => person.claim(values, "attribute_name", "attribute_value"),
  oidc: (values) => person.claim(values, "claim_name", "claim_value"),
  external_evaluation: person.externalEvaluation,
  user_risk_score: person.opaque,
  cloudflare_account_member: (values, { accountId }) =>
    person.accountMember(values, accountId),

  ip: (values, { mentions }) =>
    values.with("ip", (text) => {
      const range = parseRange(text);
      return range && mentions.ranges([range]);
    }),
  ip_list: ipList,
  geo: (values, { mentions }) =>
    values.with("country_code", (code) => mentions.country(code.toUpperCase())),
  certificate: (_, { mentions }) => mentions.anyCertificate(),
  common_name: (values, { mentions }) =>
    values.with("common_name", (name) => mentions.commonName(name)),
  device_posture: (values) =>
    values.with("integration_uid", (id) =>
      values.fact(id, `device posture check ${id}`),
    ),

  service_token: (values) => values.with("token_id", serviceToken),
  any_valid_service_token: () => serviceToken(undefined),
  linked_app_token: (values, { mentions }) =>
    values.with("app_uid", (id) => mentions.linkedApp(id)),
};

/** Two selectors have another spelling in the API. */
export const API_SPELLINGS: Readonly<Record<string, string>> = {
  azureAD: "azure_ad",
  "github-organization": "github_organization",
};

function ipList(
  values: Values,
  { lists, mentions }: SelectorContext,
): Test | undefined {
  return values.with("id", (id) => {
    const list = lists.get(id);
    const ranges = list?.items?.map(({ value }) => parseRange(value ?? ""));
    return ranges?.every((range) => range !== undefined)
      ? mentions.ranges(ranges)
      : values.fact(id, `the addresses of IP list ${list?.name ?? id}`);
  });
}

const MIXED_LOGIN = yesNoFact({
  id: "service_token_with_login",
  text: "whether Access looks at service tokens in an allow or block policy",
});

/**
 * A service token, by id or any. Cloudflare says that these selectors require
 * the Service Auth action and not what they do elsewhere when a token is there.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/
 */
function serviceToken(id: string | undefined): Test {
  return (inquiry) => {
    const presented = inquiry.serviceTokenId;
    if (presented === undefined) return NO;
    if (id !== undefined && presented !== id) return NO;
    return inquiry.acceptsServiceTokens ? YES : MIXED_LOGIN(inquiry);
  };
}
