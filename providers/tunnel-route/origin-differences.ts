import { withDefaults, type Defaults } from "../../ingress/defaults";
import { ORIGIN_SETTINGS } from "../../ingress/origin-request";
import type { IngressRule } from "../../ingress/rule";
import { meaning, type JsonObject } from "./json";

/** A setting of `originRequest` that two rules have in other ways. */
export interface OriginDifference {
  /** In cloudflared's own spelling. */
  readonly name: string;
  /** Undefined where it is not set. */
  readonly before: unknown;
  readonly after: unknown;
}

/** The settings that the code can state. */
export const STATABLE: ReadonlySet<string> = new Set([
  ...Object.keys(ORIGIN_SETTINGS),
  "ipRules",
]);

/**
 * In what the connector speaks to the service in another way by one rule than by
 * another, their JWT checks aside.
 *
 * @param defaults of the document, for what a rule leaves out
 */
export function originDifferences(
  rule: IngressRule,
  after: IngressRule,
  defaults: Defaults,
): OriginDifference[] {
  const [was, is] = [rule, after].map((one) =>
    originSettings(
      withDefaults(
        { ...one, originRequest: named(one.originRequest) },
        named(defaults),
      ),
    ),
  ) as [JsonObject, JsonObject];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((name) => meaningOf(was[name]) !== meaningOf(is[name]))
    .sort()
    .map((name) => ({ name, before: was[name], after: is[name] }));
}

/** The settings of a rule but for its JWT check, in cloudflared's own spelling. */
export function originSettings({ originRequest }: IngressRule): JsonObject {
  return Object.fromEntries(
    Object.entries(named(originRequest)).filter(([name]) => name !== "access"),
  );
}

const SPELLINGS: ReadonlyMap<string, string> = new Map(
  [...STATABLE, "access"].map((name) => [name.toLowerCase(), name]),
);

/** Cloudflared finds settings whatever their case. */
function named(settings: IngressRule["originRequest"]): JsonObject {
  return Object.fromEntries(
    Object.entries(settings ?? {})
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [
        SPELLINGS.get(name.toLowerCase()) ?? name,
        value,
      ]),
  );
}

/** What is switched off is as good as not set. */
function meaningOf(value: unknown): string {
  return value === false || value === ""
    ? meaning(null)
    : meaning(value ?? null);
}
