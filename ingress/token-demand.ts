import type { IngressRule } from "./rule";

/** Whose tokens a connector lets through. */
export interface TokenDemand {
  readonly team: string;
  readonly auds: readonly string[];
}

/**
 * What a rule says of Access's token; undefined where it demands none.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/configure-tunnels/cloudflared-parameters/origin-parameters/#access
 */
export function tokenDemand(
  rule: IngressRule | undefined,
): TokenDemand | undefined {
  return demandIn(rule?.originRequest);
}

/** The same of an `originRequest`. */
export function demandIn(
  settings: IngressRule["originRequest"],
): TokenDemand | undefined {
  const access = fieldsOf(settings, ["access"]).access;
  const { audTag, required, teamName } = fieldsOf(access, [
    "required",
    "teamName",
    "audTag",
  ]);
  if (required !== true) return undefined;
  return {
    team: typeof teamName === "string" ? teamName : "",
    auds: Array.isArray(audTag) ? audTag.map(String) : [],
  };
}

/**
 * Fields of an object as Go's JSON finds them: whatever their case, and of
 * several the last; those of an object that comes twice are put together.
 */
function fieldsOf<Name extends string>(
  object: unknown,
  names: readonly Name[],
): { readonly [N in Name]?: unknown } {
  const found: { [N in Name]?: unknown } = {};
  if (typeof object !== "object" || object === null) return found;
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    const name = names.find((one) => one.toLowerCase() === key.toLowerCase());
    if (name === undefined) continue;
    const before: unknown = found[name];
    found[name] =
      isFields(before) && isFields(value) ? { ...before, ...value } : value;
  }
  return found;
}

function isFields(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
