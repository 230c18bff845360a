import type { Policy, Rule, RuleSet } from "../access/model";
import { AccessRule } from "../constructs/access-rule";
import { isForEveryone } from "../constructs/for-everyone";
import { listsOf, type HostAccess, type Rules } from "./host-access";
import { describeRule, ruleKey, ruleText } from "./rule-text";
import type { Line } from "./survey";

/** Selectors of machines, which count in Service Auth policies. */
const MACHINES = new Set(["service_token", "any_valid_service_token"]);

/** Policies for people as one, which is what a stack has. Whether it is the same is for the engine to say. */
export function asOnePolicy(policies: readonly Policy[]): Rules {
  const allows = policies.filter(({ decision }) => decision === "allow");
  const last = policies.findLastIndex(({ decision }) => decision === "allow");
  const denied = policies
    .slice(0, Math.max(last, 0))
    .filter(({ decision }) => decision === "deny")
    .map(asDenied);
  const [first, ...others] = allows.map(({ require }) => require ?? []);
  const approving = allows.find(
    (policy) => policy.approval_required === true && approvers(policy) > 0,
  );
  return {
    include: distinct(allows.flatMap(({ include }) => peopleIn(include))),
    require: distinct([
      ...(first ?? []).filter((rule) =>
        others.every((rules) => includes(rules, rule)),
      ),
      ...denied.flatMap(({ require }) => require),
    ]),
    exclude: distinct([
      ...allows.flatMap(({ exclude }) => exclude ?? []),
      ...denied.flatMap(({ exclude }) => exclude),
    ]),
    ...(approving && {
      approval: { id: approving.id, approval_required: true },
    }),
  };
}

function approvers(policy: Policy): number {
  const groups: unknown = Reflect.get(policy, "approval_groups");
  return Array.isArray(groups) ? groups.length : 0;
}

/** What a Block policy comes to in an Allow policy; nothing where that can't be said. */
function asDenied(policy: Policy): Pick<Rules, "require" | "exclude"> {
  const { exclude, include, require } = listsOf(policy);
  if (require.length === 0 && exclude.length === 0)
    return { require: [], exclude: peopleIn(include) };
  if (!include.some((rule) => "everyone" in rule))
    return { require: [], exclude: [] };
  if (exclude.length === 0 && require.length === 1)
    return { require: [], exclude: require };
  if (require.length === 0 && exclude.length === 1)
    return { require: exclude, exclude: [] };
  return { require: [], exclude: [] };
}

/** Rules of which the code has none: a house rule is against them. */
export function withoutEveryone(rules: Rules): Rules {
  const raw = (all: readonly Rule[]) =>
    all.map((rule) => AccessRule.raw(rule as Record<string, object>));
  const require = raw(rules.require);
  return {
    ...rules,
    include: rules.include.filter(
      (rule) => !isForEveryone(raw([rule]), require),
    ),
  };
}

/** Both, each rule once. */
export function joined(one: Rules, other: Rules): Rules {
  return {
    include: distinct([...one.include, ...other.include]),
    require: distinct([...one.require, ...other.require]),
    exclude: distinct([...one.exclude, ...other.exclude]),
    ...(other.approval && { approval: other.approval }),
  };
}

/** What policies say of people and the code does not, for a row. */
export function unsaid(
  policy: Policy,
  { exclude, include, require }: Rules,
): readonly { readonly attribute: string; readonly before: string }[] {
  const rows = (
    attribute: string,
    rules: RuleSet["include"],
    stated: readonly Rule[],
  ) =>
    (rules ?? [])
      .filter((rule) => !includes(stated, rule))
      .map((rule) => ({ attribute, before: describeRule(rule) }));
  if (policy.decision === "deny")
    return [
      ...rows("refuses", peopleIn(policy.include), exclude),
      ...rows("refuses only", policy.require, exclude),
      ...rows("refuses all but", policy.exclude, require),
    ];
  if (policy.decision !== "allow") return [];
  return [
    ...rows("admits", peopleIn(policy.include), include),
    ...rows("requires", policy.require, require),
    ...rows("leaves out", policy.exclude, exclude),
  ];
}

/** The props of a stack that add to its rules what others have in addition. */
export function linesFor(
  wanted: Rules,
  stated: Rules,
  groups: HostAccess["groups"],
): Line[] {
  const add = (list: "include" | "require" | "exclude") =>
    wanted[list].filter(
      (rule) =>
        !includes(stated[list], rule) &&
        // What matches nobody admits nobody, and code can't have it.
        (list === "require" || isTaken(rule)),
    );
  const has = new Set(stated.include.map(propOf));
  const include = add("include").map((rule) => [propOf(rule), rule] as const);
  const groupName = (rule: Rule) => {
    const id: unknown = Reflect.get(rule["group"] ?? {}, "id");
    const name = groups.find((one) => one.id === id)?.name;
    return groups.filter((one) => one.name === name).length === 1
      ? name
      : undefined;
  };
  const ofProp = (prop: string) =>
    include.flatMap(([one, rule]) => (one === prop ? [rule] : []));
  const texts = (prop: string, selector: string, field: string) =>
    ofProp(prop).map((rule) =>
      String(Reflect.get(rule[selector] ?? {}, field)),
    );
  const named = ofProp("allowedGroups").flatMap(
    (rule) => groupName(rule) ?? [],
  );
  const others = [
    ...ofProp("allowed"),
    ...ofProp("allowedGroups").filter((rule) => groupName(rule) === undefined),
  ];
  return [
    ...keeps(
      "allowedEmails",
      texts("allowedEmails", "email", "email").map((one) =>
        JSON.stringify(one),
      ),
      true,
    ),
    ...keeps(
      "allowedEmailDomains",
      texts("allowedEmailDomains", "email_domain", "domain").map((one) =>
        JSON.stringify(one),
      ),
      true,
    ),
    ...keeps(
      "allowedGroups",
      named.map((one) => JSON.stringify(one)),
      has.has("allowedGroups"),
    ),
    ...keeps("allowed", others.map(ruleText), has.has("allowed")),
    ...keeps(
      "required",
      add("require").map(ruleText),
      stated.require.length > 0,
    ),
    ...keeps("denied", add("exclude").map(ruleText), stated.exclude.length > 0),
  ];
}

function keeps(
  prop: string,
  values: readonly string[],
  isMore: boolean,
): Line[] {
  return values.length === 0
    ? []
    : [
        {
          file: "main.ts",
          text: `${prop}: [${values.join(", ")}],${isMore ? " // in addition to those it has" : ""}`,
          does: "keeps",
        },
      ];
}

function isTaken(rule: Rule): boolean {
  return AccessRule.raw(rule as Record<string, object>)._faults.length === 0;
}

/** The prop that admits by a rule. */
function propOf(rule: Rule): string {
  const text = ruleText(rule);
  if (text.startsWith("AccessRule.email(")) return "allowedEmails";
  if (text.startsWith("AccessRule.emailDomain(")) return "allowedEmailDomains";
  return text.startsWith("AccessRule.group(") ? "allowedGroups" : "allowed";
}

function peopleIn(rules: RuleSet["include"]): readonly Rule[] {
  return (rules ?? []).filter(
    (rule) => !Object.keys(rule).some((selector) => MACHINES.has(selector)),
  );
}

function includes(rules: readonly Rule[], rule: Rule): boolean {
  const key = ruleKey(rule);
  return rules.some((one) => ruleKey(one) === key);
}

function distinct(rules: readonly Rule[]): Rule[] {
  return [...new Map(rules.map((rule) => [ruleKey(rule), rule])).values()];
}
