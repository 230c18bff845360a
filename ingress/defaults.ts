import { demandIn } from "./token-demand";
import type { IngressRule } from "./rule";

/** `originRequest` at the top of a tunnel's document. */
export type Defaults = IngressRule["originRequest"];

/**
 * A rule with what the connector takes from the document's own `originRequest`
 * where the rule says nothing itself. A demand for a JWT is not among it:
 * cloudflared goes by the rule's own alone.
 *
 * @see https://github.com/cloudflare/cloudflared/issues/784
 */
export function withDefaults<R extends IngressRule>(
  rule: R,
  defaults: Defaults,
): R {
  const isSaid = ([, value]: [string, unknown]) =>
    value !== null && value !== undefined;
  const missing = Object.entries(defaults ?? {})
    .filter(isSaid)
    .filter(([name]) => name.toLowerCase() !== "access");
  if (missing.length === 0) return rule;
  const own = Object.entries(rule.originRequest ?? {}).filter(isSaid);
  return {
    ...rule,
    originRequest: Object.fromEntries([...missing, ...own]),
  };
}

/** Whether a tunnel's document demands a JWT of all rules, which cloudflared ignores. */
export function isDemandIgnored(defaults: Defaults): boolean {
  return demandIn(defaults) !== undefined;
}
