import { tokenDemand } from "../ingress/token-demand";
import type { IngressRule } from "../ingress/rule";
import { sameOrNone, sameRule } from "../providers/tunnel-route/document";
import type { PlannedRoute } from "./planned";
import type { Entry } from "../providers/tunnel-route/journal";
import { changedSince, writtenBy } from "../providers/tunnel-route/meanwhile";

/** What is known of a rule that is deployed. */
export interface DeployedRule {
  readonly why: string;
  /** What a destroy leaves of it. */
  readonly afterDestroy: string;
  /** As a deploy wrote it. @default - nobody has changed it since */
  readonly last?: IngressRule;
  /** Whether somebody has changed its check of the JWT. @default false */
  readonly isRechecked?: boolean;
  /** Whether it is as before the first deploy again. @default false */
  readonly isBack?: boolean;
}

/**
 * What somebody has changed of a rule of the stack since, which the next deploy
 * writes over, and what a destroy does now.
 *
 * @param before what a destroy leaves where nobody has
 * @param known what the state and the provider's own note have of it
 */
export function deployedRule(
  found: IngressRule,
  before: string,
  known: {
    readonly deployed?: IngressRule;
    readonly entry?: Entry;
    /** As it was before the first deploy, by the state. */
    readonly former?: IngressRule | null;
    readonly isRemoved?: boolean;
  },
): DeployedRule {
  const { deployed, entry, former, isRemoved = false } = known;
  const written = entry ? writtenBy(entry) : deployed ? [deployed] : [];
  const last = written.at(-1);
  const asBefore = isRemoved ? before : `${before}, where there was one`;
  if (entry?.leaving && sameOrNone(found, entry.previous))
    return {
      why: "as before the first deploy, which a destroy that was cut off has put back; a deploy writes what the stack states again",
      afterDestroy: before,
      isBack: true,
    };
  if (last === undefined || written.some((rule) => sameRule(rule, found)))
    return { why: "deployed", afterDestroy: asBefore };
  // A destroy forgets what it has put back before the state does.
  if (entry === undefined && former && sameRule(found, former))
    return {
      why: "as before the first deploy, as after a destroy that was cut off; a deploy writes what the stack states again",
      afterDestroy: before,
      isBack: true,
    };
  const back = isRemoved ? null : (entry?.previous ?? null);
  const { kept = [], rule = null } = changedSince(found, back, entry) ?? {};
  return {
    last,
    isRechecked: checkOf(last) !== checkOf(found),
    why: "deployed, and changed by somebody since; a deploy writes what the stack states again",
    afterDestroy:
      rule === null
        ? asBefore
        : kept.length > 0
          ? `${before}, with what they changed: ${kept.join(", ")}`
          : before,
  };
}

/** What a destroy leaves of a rule in place of the stack's. */
export function leftOf(
  { leavesNone }: Pick<PlannedRoute, "leavesNone">,
  former: string,
): string {
  return leavesNone ? 'none: onDestroy is "remove"' : former;
}

/** What it leaves once the code is deployed, where the code says otherwise by now. */
export function leftNext({
  leavesNoneNext,
}: Pick<PlannedRoute, "leavesNoneNext">): string {
  if (leavesNoneNext === undefined) return "";
  return leavesNoneNext
    ? '; once onDestroy: "remove" is deployed, none: a wider rule, where there is one, takes the host then'
    : '; once the code is deployed, without onDestroy: "remove", the rule from before the first deploy, where there was one';
}

function checkOf(rule: IngressRule): string | undefined {
  return JSON.stringify(tokenDemand(rule));
}
