import { resourcesOf, type Change, type PlannedResource } from "../change";
import type { PlanLook } from "./finding";
import { settings } from "./settings";
import { tokenHeader } from "./token-header";
import { waysIn } from "./ways-in";

/** What tells of a setting what its change means. */
const TELLING = [settings, tokenHeader, waysIn];

/**
 * Settings of an application that somebody made by hand, as they are before and
 * after: whatever else of them changes, in any direction.
 */
export const changedSettings: PlanLook = ({ change }) =>
  resourcesOf(change.plans, "application").flatMap((one) =>
    (one.settings ?? [])
      .filter(({ attribute }) => !isTold(change, one, attribute))
      .map(({ after, attribute, before }) => ({
        id: "setting-changed",
        severity: "note" as const,
        subject: one.after?.name ?? one.before?.name ?? one.address,
        text: `${attribute} changes from ${named(before, change)} to ${named(after, change)}`,
      })),
  );

/** Whether the change of this setting alone has a finding. */
function isTold(
  change: Change,
  one: PlannedResource<"application">,
  attribute: string,
): boolean {
  const after = one.after && {
    ...one.before,
    [attribute]: Reflect.get(one.after, attribute) as unknown,
  };
  const plans = change.plans
    .filter(({ stack }) => stack === one.stack)
    .map((plan) => ({ ...plan, resources: [{ ...one, after }] }));
  return TELLING.some(
    (look) =>
      look({ change: { ...change, plans: plans as Change["plans"] } }).length >
      0,
  );
}

/** With the names of login methods, where it has their ids. */
function named(text: string, { before }: Change): string {
  return (before.access.identity_providers ?? []).reduce(
    (said, { id, name }) => (id && name ? said.replaceAll(id, name) : said),
    text,
  );
}
