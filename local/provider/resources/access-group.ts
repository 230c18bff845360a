import { emptyIsNull, withoutEmpty } from "../normalize";
import { REPLACES, STAYS } from "../overlay";
import type { RestResource } from "../rest-resource";
import { oneSelectorPerRule } from "../validate";
import { newerRules, RULE_NAMES, RULES } from "./rules";

const asBefore = emptyIsNull(...RULES);

export const accessGroup: RestResource = {
  module: "zero-trust-access-group",
  path: "access/groups",
  owner: "either",
  idName: "group_id",
  jsonNames: RULE_NAMES,
  overlay: { id: STAYS, account_id: REPLACES, zone_id: REPLACES },
  newer: newerRules(),
  checks: [oneSelectorPerRule(...RULES)],
  noRefresh: ["is_default"],
  normalize: {
    update: (data, planned) => asBefore(data, planned),
    read: asBefore,
    import: withoutEmpty(...RULES),
  },
};
