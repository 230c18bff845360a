import { SINCE } from "../../../base/provider-versions";
import type { ObjectValue } from "../../../terraform-plugin/value";
import { all, emptyIsNull, falseIsNull, withoutEmpty } from "../normalize";
import { MFA, optionalObject, sameMfa, type Newer } from "../newer";
import { REPLACES, STAYS } from "../overlay";
import type { RestResource } from "../rest-resource";
import { oneOf, oneSelectorPerRule } from "../validate";
import { CLIPBOARD, newerRules, RULE_NAMES, RULES } from "./rules";

const asBefore = all(
  emptyIsNull(...RULES, "approval_groups"),
  falseIsNull(
    "purpose_justification_required",
    "approval_required",
    "isolation_required",
  ),
  sameMfa,
);

/** What versions from 5.18.0 on have besides. */
export const NEWER_POLICY: Newer = {
  ...newerRules(),
  connection_rules: {
    since: SINCE.clipboardRules,
    attribute: optionalObject({ rdp: CLIPBOARD.attribute }),
  },
  mfa_config: { since: SINCE.policyMfa, attribute: MFA },
};

export const accessPolicy: RestResource = {
  module: "zero-trust-access-policy",
  path: "access/policies",
  owner: "account",
  idName: "policy_id",
  jsonNames: RULE_NAMES,
  overlay: {
    id: STAYS,
    account_id: REPLACES,
    session_duration: { default: "24h" },
  },
  newer: NEWER_POLICY,
  checks: [
    oneOf("decision", "allow", "deny", "non_identity", "bypass"),
    oneSelectorPerRule(...RULES),
  ],
  plan: ({ config, planned }) => ({
    ...planned,
    ...Object.fromEntries(
      RULES.filter((list) => (config[list] ?? null) === null).map((list) => [
        list,
        null,
      ]),
    ),
  }),
  normalize: {
    create: asBefore,
    update: (data: ObjectValue, planned: ObjectValue) =>
      asBefore(data, planned),
    read: asBefore,
    import: withoutEmpty(...RULES),
  },
};
