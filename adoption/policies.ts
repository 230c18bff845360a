import type { Application, Group, Policy, Rule } from "../access/model";
import { goDuration } from "../base/duration";
import { shown } from "../providers/existing-application/document";
import { isJsonObject, type JsonObject } from "../providers/tunnel-route/json";
import { camelCased, literal } from "./as-props";
import {
  UNTOUCHED,
  type Change,
  type Line,
  type Part,
  type Row,
  type Scene,
} from "./survey";

const DEFAULT_SESSION = "24h";

/**
 * The policies that decide for the host so far, and whom they name.
 *
 * @param isApart whether the stack makes an application of its own next to this one
 */
export async function policies(
  scene: Scene,
  application: Application,
  { isApart = false } = {},
): Promise<Part> {
  const { account, service } = scene;
  const [all, groups] = await Promise.all([
    account.applications(),
    account.groups(),
  ]);
  const listed = policiesOf(application);
  const rows: Row[] = [];
  const lines: Line[] = [];
  for (const policy of listed) {
    const users = all.filter(
      (other) =>
        other.id !== application.id &&
        policiesOf(other).some(({ id }) => id === policy.id),
    );
    const differs = differences(scene, application, policy);
    rows.push({
      kind: "policy",
      name: `${policy.name ?? ""} (${policy.decision ?? ""})`,
      id: policy.id ?? undefined,
      ...becomingOf(policy, {
        apart: isApart && { application, hostname: service.hostname },
        changes: differs.changes,
        users,
      }),
    });
    if (isApart || !isInside(policy)) lines.push(...differs.lines);
  }
  const named = groupsIn(listed, groups);
  rows.push(
    ...named.map(({ id, name }): Row => ({
      kind: "group",
      name: name ?? "",
      id: id ?? undefined,
      becomes: "left alone",
      why: `named by ${listed
        .filter((policy) => names(policy, "group", id))
        .map((policy) => policy.name)
        .join(", ")}`,
      afterDestroy: UNTOUCHED,
    })),
  );
  const tokens = await admitted(scene, listed, groups, isApart);
  return {
    rows: [...rows, ...tokens.rows],
    lines: [...mostCautious(lines), ...tokens.lines],
  };
}

/** What becomes of one policy, and what a destroy leaves of it. */
function becomingOf(
  policy: Policy,
  {
    apart,
    changes,
    users,
  }: {
    readonly apart:
      { readonly application: Application; readonly hostname: string } | false;
    readonly changes: readonly Change[];
    readonly users: readonly Application[];
  },
): Pick<Row, "becomes" | "why" | "changes" | "afterDestroy"> {
  if (apart)
    return {
      becomes: "left alone",
      why: `stays with ${apart.application.name}; for ${apart.hostname} the stack's policies decide instead`,
      changes,
      afterDestroy: UNTOUCHED,
    };
  if (isInside(policy))
    return {
      becomes: "left alone",
      why: "written inside the application: it stays, comes first, and admits whoever it admits",
      afterDestroy: UNTOUCHED,
    };
  return {
    becomes: "left alone",
    why: `the application lists the stack's policies instead; this one stays in the account${users.length > 0 ? ` (also of ${users.map(({ name }) => name).join(", ")})` : ""}`,
    changes,
    afterDestroy: "listed again",
  };
}

function policiesOf({ policies: all }: Application): readonly Policy[] {
  return (all ?? []).filter((policy) => typeof policy !== "string");
}

function isInside(policy: Policy): boolean {
  return !("reusable" in policy && policy.reusable === true);
}

/** What people's policies ask for, beyond who they are. */
const DEMANDS = [
  "purpose_justification_required",
  "purpose_justification_prompt",
  "approval_groups",
  "isolation_required",
  "mfa_config",
] as const;

/** What the stack's own policy for people does not have of one that it replaces. */
function differences(
  { own }: Scene,
  application: Application,
  policy: Policy,
): { readonly changes: readonly Change[]; readonly lines: readonly Line[] } {
  if (policy.decision !== "allow") return { changes: [], lines: [] };
  const people: JsonObject =
    own.find(
      ({ type, values }) =>
        type === "cloudflare_zero_trust_access_policy" &&
        values.decision === "allow",
    )?.values ?? {};
  const before: JsonObject = isJsonObject(policy) ? policy : {};
  const changes: Change[] = [];
  const lines: Line[] = [];
  const was =
    policy.session_duration ?? application.session_duration ?? DEFAULT_SESSION;
  const is = String(people["session_duration"] ?? DEFAULT_SESSION);
  if (goDuration(was) !== goDuration(is)) {
    changes.push({
      attribute: "session of people",
      before: was,
      after: is,
    });
    lines.push(keeps(`sessionDuration: ${JSON.stringify(was)},`));
  }
  const lost = DEMANDS.filter(
    (name) =>
      literal(before[name]) !== undefined &&
      before[name] !== false &&
      literal(people[name]) === undefined,
  );
  changes.push(
    ...lost.map((attribute) => ({
      attribute,
      before: shown(before[attribute]),
      after: "not asked for",
    })),
  );
  const asked = literal(
    camelCased(Object.fromEntries(lost.map((name) => [name, before[name]]))),
  );
  if (asked !== undefined) lines.push(keeps(`policy: ${asked},`));
  const left = rulesLeftOut(policy, people);
  changes.push(
    ...left.map((rule) => ({
      attribute: "admits",
      before: describe(rule),
      after: "not named by the stack",
    })),
  );
  for (const [prop, selector, field] of PEOPLE) {
    const values = left.flatMap((rule) => {
      const value = rule[selector];
      return isJsonObject(value) ? [String(value[field])] : [];
    });
    if (values.length > 0)
      lines.push(
        keeps(
          `${prop}: ${JSON.stringify(values)}, // in addition to those it has`,
        ),
      );
  }
  return { changes, lines };
}

function keeps(text: string): Line {
  return { file: "main.ts", text, does: "keeps" };
}

/** Props of a stack for people, with the selectors of Cloudflare that they are. */
const PEOPLE = [
  ["allowedEmails", "email", "email"],
  ["allowedEmailDomains", "email_domain", "domain"],
] as const;

/** Selectors of machines: the tokens have rows of their own. */
const MACHINES = ["service_token", "any_valid_service_token"];

/** Whom a policy admits and the stack's policy for people does not name. */
function rulesLeftOut(policy: Policy, people: JsonObject): Rule[] {
  const ours = new Set(
    (Array.isArray(people["include"]) ? people["include"] : []).map((rule) =>
      JSON.stringify(rule).toLowerCase(),
    ),
  );
  const namesGroups = [...ours].some((rule) => rule.startsWith('{"group"'));
  return (policy.include ?? []).filter((rule) => {
    const [selector = ""] = Object.keys(rule);
    return (
      !MACHINES.includes(selector) &&
      // The stack's are known by name only when it is planned.
      !(selector === "group" && namesGroups) &&
      !ours.has(JSON.stringify(rule).toLowerCase())
    );
  });
}

function describe(rule: Rule): string {
  const [[selector, value] = ["", {}]] = Object.entries(rule);
  const fields = isJsonObject(value) ? Object.values(value) : [];
  return [selector.replaceAll("_", " "), ...fields.map(String)].join(" ");
}

/** Of several sessions the shortest, as one policy replaces all of them. */
function mostCautious(lines: readonly Line[]): Line[] {
  const seconds = ({ text }: Line) =>
    goDuration(/^sessionDuration: "(.*)",$/.exec(text)?.[1] ?? "") ?? Infinity;
  const [shortest] = lines
    .filter((line) => seconds(line) < Infinity)
    .sort((a, b) => seconds(a) - seconds(b));
  return lines.filter(
    (line, at) =>
      (seconds(line) === Infinity || line === shortest) &&
      lines.findIndex(({ text }) => text === line.text) === at,
  );
}

/** Whether a policy or group names an object by its id in one of its rules. */
function names(
  { exclude, include, require }: Policy | Group,
  selector: "group" | "service_token",
  id: string | null | undefined,
): boolean {
  return [include, require, exclude].some((rules) =>
    rules?.some((rule) => {
      const value = rule[selector];
      return (
        isJsonObject(value) &&
        value[selector === "group" ? "id" : "token_id"] === id
      );
    }),
  );
}

/** The groups that policies name, and those that these name in turn. */
function groupsIn(
  listed: readonly Policy[],
  groups: readonly Group[],
): readonly Group[] {
  const found = new Set<Group>();
  const add = (by: Policy | Group) => {
    for (const group of groups)
      if (!found.has(group) && names(by, "group", group.id)) {
        found.add(group);
        add(group);
      }
  };
  listed.forEach(add);
  return [...found];
}

/** The tokens that work today by these policies. */
async function admitted(
  { account, service }: Scene,
  listed: readonly Policy[],
  groups: readonly Group[],
  isApart: boolean,
): Promise<Part> {
  const letting = listed.filter(({ decision }) => decision !== "deny");
  const sets = [...letting, ...groupsIn(letting, groups)];
  const any = sets.find(({ include }) =>
    include?.some((rule) => "any_valid_service_token" in rule),
  );
  const rows: Row[] = [];
  const missing: { readonly existing: string; readonly name: string }[] = [];
  for (const {
    client_id,
    id = "",
    name = "",
  } of await account.serviceTokens()) {
    const by = sets.find((set) => names(set, "service_token", id)) ?? any;
    if (!by) continue;
    const isAdmitted = service.notes?.existingTokens?.some(
      (existing) => existing === id || existing === client_id,
    );
    const policy = letting.find((one) => one === by);
    const stays =
      !isApart && policy?.decision === "non_identity" && isInside(policy);
    const today =
      policy?.decision === "allow"
        ? `named by ${by.name}, which sends machines to the login`
        : `admitted by ${by.name}${by === any ? " (any valid token)" : ""}`;
    rows.push({
      kind: "service token",
      name,
      id,
      becomes: "used",
      why: `${today}; the stack admits it by a policy of its own${stays ? ", and that policy stays" : ""}`,
      afterDestroy: UNTOUCHED,
    });
    if (!isAdmitted) missing.push({ existing: id, name });
  }
  const written = missing.map((token) => literal(token)).join(", ");
  return {
    rows,
    lines:
      missing.length === 0
        ? []
        : [
            {
              file: "main.ts",
              text: `tokens: [${written}],${service.notes?.existingTokens ? " // in addition to those it has" : ""}`,
              does: "needed",
            },
          ],
  };
}
