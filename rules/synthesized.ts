import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Group } from "../access/model";
import { EXISTING_APPLICATION } from "../base/existing-application";
import { CONFIGURATION } from "../base/synthesized";
import type { Stack } from "../deployment/stacks";
import type { Change, Plan } from "../review/change";
import { mergePlans } from "../review/merge";
import { readPlan } from "../review/plan";
import { checkRules, type Violation } from "./check";
import type { RuleId } from "../contract/rule-ids";
import { RULES } from "./rules";

/** Rules of which only the account and its plan can tell whether they hold. */
const NEED_A_PLAN: ReadonlySet<RuleId> = new Set([
  "any-account",
  "dns-not-proxied",
  "destroy-restores-public",
  "login-method-trust",
  "unread-change",
  "secret-store",
  "access-undecided",
]);

/**
 * What synthesized stacks lead to in an account that has nothing else, as far
 * as that can be told before they are planned. References stand as they are
 * written, the same on both sides.
 */
export function changeOf(
  stacks: readonly Pick<Stack, "name" | "dir">[],
  taken?: TakenOver,
): Change {
  const plans = stacks.map(({ dir, name }) =>
    planOf(
      name,
      readFileSync(join(dir, CONFIGURATION), "utf8"),
      taken?.applications,
    ),
  );
  return mergePlans(
    {
      access: { applications: [], groups: taken?.groups },
      tokens: [],
      tunnels: [],
      records: [],
      zones: [],
    },
    plans,
  );
}

/** Applications that somebody made and a stack takes over: what no code states of them stays. */
interface TakenOver {
  readonly applications: readonly Values[];
  /** Those that its policies name. */
  readonly groups: readonly Group[];
}

/**
 * What synthesized stacks break of the rules that need no plan. Whether a
 * waiver is still needed only a review can tell.
 */
export function brokenBeforePlan(
  stacks: readonly Pick<Stack, "name" | "dir">[],
  now: Date,
  taken?: TakenOver,
): Violation[] {
  const rules = RULES.filter(({ id }) => !NEED_A_PLAN.has(id));
  const { broken } = checkRules(changeOf(stacks, taken), { now, rules });
  return broken.filter(({ rule }) => rule !== "waiver-unneeded");
}

type Values = Readonly<Record<string, unknown>>;

interface Configuration {
  readonly resource?: Readonly<
    Record<string, Readonly<Record<string, Values>>>
  >;
  readonly output?: Readonly<
    Record<string, { readonly value: unknown; readonly sensitive?: boolean }>
  >;
}

/** Attributes that only Cloudflare can tell, and that others refer to. */
const COMPUTED = ["id", "aud", "client_id"];

/** What a stack makes of an application that somebody made, as far as is known before a plan. */
function documentOf(
  { allowed_idps, hostname, settings }: Values,
  before: Values,
): string {
  return JSON.stringify({
    type: "self_hosted",
    domain: hostname,
    ...before,
    ...(JSON.parse(String(settings)) as Values),
    allowed_idps,
  });
}

/** The configuration of a stack as a plan that makes all of it. */
function planOf(
  stack: string,
  text: string,
  taken: readonly Values[] = [],
): Plan {
  const { output = {}, resource = {} } = JSON.parse(text) as Configuration;
  const changes = Object.entries(resource).flatMap(([type, named]) =>
    Object.entries(named).map(([name, values]) => {
      const address = `${type}.${name}`;
      const before =
        taken.find(({ id }) => values["app_id"] === id && id !== undefined) ??
        {};
      const own = COMPUTED.map((key) => [key, `\${${address}.${key}}`]);
      const after = {
        ...Object.fromEntries(own),
        ...values,
        ...(type === EXISTING_APPLICATION && {
          document: documentOf(values, before),
          previous: JSON.stringify(before),
        }),
      };
      const change = { actions: ["create"], before: null, after };
      return { address, mode: "managed", type, change };
    }),
  );
  const outputs = Object.entries(output).map(([name, { sensitive, value }]) => [
    name,
    { actions: ["create"], after: value, after_sensitive: sensitive === true },
  ]);
  return readPlan(
    stack,
    JSON.stringify({
      format_version: "1.0",
      resource_changes: changes,
      output_changes: Object.fromEntries(outputs),
    }),
  );
}
