import { isDeepStrictEqual } from "node:util";
import { NO_GUEST } from "../contract/guests";

interface PlanChange {
  readonly address: string;
  readonly mode?: string;
  readonly type: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Values | null;
    readonly after: Values | null;
    readonly after_unknown?: Values;
  };
}

type Values = Readonly<Record<string, unknown>>;

interface PlanJson {
  readonly resource_changes?: readonly PlanChange[];
  readonly output_changes?: Readonly<
    Record<string, { readonly actions: readonly string[] }>
  >;
}

const POLICY = "cloudflare_zero_trust_access_policy";

/** What only Cloudflare tells of a policy, and an update leaves open. */
const TOLD: ReadonlySet<string> = new Set([
  ...["id", "app_count", "created_at", "reusable", "updated_at"],
]);

/**
 * What a plan does besides taking these guests out of the policies that let them
 * in; empty where it does nothing else. Anything that can't be told counts.
 *
 * @param json what `terraform show -json` prints of the plan
 */
export function besidesTakingOut(
  json: string,
  emails: readonly string[],
): string[] {
  const { output_changes = {}, resource_changes = [] } = JSON.parse(
    json,
  ) as PlanJson;
  return [
    ...resource_changes
      .filter(({ change, mode }) => mode !== "data" && !isNoOp(change))
      .filter((one) => !takesOut(one, emails))
      .map(({ address, change }) => `${change.actions.join(", ")} ${address}`),
    ...Object.entries(output_changes)
      .filter(([, change]) => !isNoOp(change))
      .map(([name, { actions }]) => `${actions.join(", ")} output ${name}`),
  ];
}

function isNoOp({ actions }: { readonly actions: readonly string[] }): boolean {
  return actions.every((action) => action === "no-op");
}

function takesOut(
  { change, type }: PlanChange,
  emails: readonly string[],
): boolean {
  const { actions, after, after_unknown: unknown = {}, before } = change;
  if (type !== POLICY || actions.join() !== "update" || !before || !after)
    return false;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const others = [...names].filter(
    (name) =>
      name !== "include" &&
      !(TOLD.has(name) && unknown[name] === true) &&
      !isDeepStrictEqual(before[name], after[name]),
  );
  const isOpen = Object.entries(unknown).some(
    ([name, open]) => !TOLD.has(name) && hasOpen(open),
  );
  if (others.length > 0 || isOpen || before.decision !== "allow") return false;
  const [was, is] = [before.include, after.include].map((rules) =>
    Array.isArray(rules) ? (rules as readonly Values[]) : [],
  );
  const gone = without(was ?? [], is ?? []);
  const added = without(is ?? [], was ?? []);
  return (
    gone.length > 0 &&
    gone.every((rule) => emails.includes(emailOf(rule) ?? "")) &&
    added.every((rule) => emailOf(rule) === NO_GUEST)
  );
}

function hasOpen(value: unknown): boolean {
  return typeof value === "object" && value !== null
    ? Object.values(value).some(hasOpen)
    : value === true;
}

function without(
  rules: readonly Values[],
  others: readonly Values[],
): Values[] {
  return rules.filter(
    (rule) => !others.some((other) => isDeepStrictEqual(rule, other)),
  );
}

/** The address of a rule that names one and nothing else. */
function emailOf(rule: Values): string | undefined {
  const said = Object.entries(rule).filter(([, value]) => value !== null);
  const [[name, value] = []] = said;
  if (said.length !== 1 || name !== "email") return undefined;
  return String((value as { email?: unknown }).email);
}
