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
  const access = rule?.originRequest?.access as
    | { required?: unknown; teamName?: unknown; audTag?: unknown }
    | null
    | undefined;
  if (access?.required !== true) return undefined;
  return {
    team: String(access.teamName ?? ""),
    auds: Array.isArray(access.audTag) ? access.audTag.map(String) : [],
  };
}
