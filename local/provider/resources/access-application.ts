import { SINCE } from "../../../base/provider-versions";
import { MFA, optional, optionalObject } from "../newer";
import { COMPUTED, DEPRECATED, REPLACES, SENSITIVE, STAYS } from "../overlay";
import type { RestResource } from "../rest-resource";
import {
  conflicting,
  deprecated,
  each,
  exactlyOne,
  oneOf,
  oneSelectorPerRule,
} from "../validate";
import { planApplication } from "./access-application-plan";
import { asBefore, imported } from "./access-application-state";
import { CLIPBOARD, RULE_NAMES, RULES } from "./rules";

export const accessApplication: RestResource = {
  module: "zero-trust-access-application",
  path: "access/apps",
  owner: "either",
  idName: "app_id",
  jsonNames: RULE_NAMES,
  overlay: {
    id: STAYS,
    aud: STAYS,
    name: STAYS,
    account_id: REPLACES,
    zone_id: REPLACES,
    self_hosted_domains: DEPRECATED,
    "destinations.type": { ...COMPUTED, default: "public" },
    "landing_page_design.title": { default: "Welcome!" },
    "scim_config.authentication.password": SENSITIVE,
    "scim_config.authentication.token": SENSITIVE,
    "scim_config.authentication.client_secret": SENSITIVE,
    "saas_app.client_secret": SENSITIVE,
    "target_criteria.target_attributes": { type: ["map", ["list", "string"]] },
  },
  newer: {
    type: {
      since: SINCE.applicationType,
      attribute: { ...optional("string"), ...COMPUTED },
    },
    self_hosted_domains: {
      since: SINCE.applicationType,
      attribute: {
        ...optional(["set", "string"]),
        ...COMPUTED,
        ...DEPRECATED,
      },
    },
    "policies.connection_rules.rdp": CLIPBOARD,
    "policies.mfa_config": { since: SINCE.applicationMfa, attribute: MFA },
    mfa_config: { since: SINCE.applicationMfa, attribute: MFA },
    oauth_configuration: {
      since: SINCE.applicationOAuth,
      attribute: optionalObject({
        enabled: optional("bool"),
        dynamic_client_registration: optionalObject({
          enabled: optional("bool"),
          allow_any_on_localhost: optional("bool"),
          allow_any_on_loopback: optional("bool"),
          allowed_uris: optional(["list", "string"]),
        }),
        grant: optionalObject({
          access_token_lifetime: optional("string"),
          session_duration: optional("string"),
        }),
      }),
    },
  },
  checks: [
    oneOf(
      "type",
      "self_hosted",
      "saas",
      "ssh",
      "vnc",
      "app_launcher",
      "warp",
      "biso",
      "bookmark",
      "dash_sso",
      "infrastructure",
      "rdp",
      "mcp",
      "mcp_portal",
      "proxy_endpoint",
    ),
    deprecated("self_hosted_domains"),
    conflicting("self_hosted_domains", "destinations"),
    each(
      "policies",
      exactlyOne("id", "include"),
      oneOf("decision", "allow", "deny", "non_identity", "bypass"),
      oneSelectorPerRule(...RULES),
    ),
  ],
  plan: planApplication,
  // Without a list, Cloudflare would leave an application's policies as they are.
  body: (body) => ({ ...body, policies: body["policies"] ?? [] }),
  normalize: {
    update: (data, planned) => asBefore(data, planned),
    read: asBefore,
    import: imported,
  },
};
