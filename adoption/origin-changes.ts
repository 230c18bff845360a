import { withDefaults, type Defaults } from "../ingress/defaults";
import type { IngressRule } from "../ingress/rule";
import { shown } from "../providers/existing-application/document";
import {
  originDifferences,
  originSettings,
  STATABLE,
} from "../providers/tunnel-route/origin-differences";
import { settingsToKeep } from "../providers/tunnel-route/origin-request";
import { literal } from "./as-props";
import type { Change, Line } from "./survey";

/** A rule as a stack leaves it in the place of another, whose settings it keeps. */
export function inPlaceOf<R extends IngressRule>(
  rule: IngressRule,
  planned: R,
): R {
  const text = settingsToKeep(rule, planned);
  if (text === null) return planned;
  const kept = JSON.parse(text) as NonNullable<IngressRule["originRequest"]>;
  return withDefaults(planned, originSettings({ originRequest: kept }));
}

/**
 * What is other than before of how the connector speaks to the service, and what
 * to write to keep it.
 *
 * @param after the rule that takes these requests then
 */
export function originChange(
  rule: IngressRule,
  after: IngressRule,
  defaults: Defaults,
): { readonly changes: readonly Change[]; readonly lines: readonly Line[] } {
  const differences = originDifferences(rule, after, defaults);
  const missing = Object.fromEntries(
    differences
      .filter(({ before, name }) => before !== undefined && STATABLE.has(name))
      .map(({ before, name }) => [name, before]),
  );
  const origin =
    literal(missing) && literal({ ...originSettings(after), ...missing });
  return {
    changes: differences.map((one) => ({
      attribute: one.name,
      before: shown(one.before),
      after: shown(one.after),
    })),
    lines:
      origin === undefined
        ? []
        : [{ file: "main.ts", text: `origin: ${origin},`, does: "keeps" }],
  };
}
