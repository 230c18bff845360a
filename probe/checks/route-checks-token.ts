import { compilePath, matchesHostname, matchesPath } from "../../ingress/match";
import { openPathPattern } from "../../ingress/open-path";
import { protectAlone, PROTECT_RULE } from "../../ingress/protect-rule";
import { tokenDemand } from "../../ingress/token-demand";
import {
  broken,
  kept,
  NO_ACCOUNT,
  notChecked,
  type ProbeCheck,
} from "../check";
import type { TunnelWithRules } from "../../account/objects";
import { decidingTunnels, namesHost, reachedRule } from "../where-it-leads";
import type { Deployed } from "../world";

/**
 * The connector itself refuses what did not pass Access.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/configure-tunnels/cloudflared-parameters/origin-parameters/#access
 */
export const routeChecksToken: ProbeCheck = {
  id: "route-checks-token",
  promise: "The tunnel checks Access's token",
  lasting: true,
  async run(deployed, { account }) {
    if (!account) return notChecked(NO_ACCOUNT);
    const tunnels = await decidingTunnels(deployed.hostname, account);
    if (tunnels.length === 0)
      return broken(
        `no rule for ${deployed.hostname}`,
        "the route was removed from the tunnel",
        "deploy the stack again",
      );
    for (const tunnel of tunnels) {
      const fault = faultOf(tunnel, deployed);
      if (fault)
        return broken(
          `${fault.where} of the tunnel ${tunnel.name}`,
          fault.cause,
          fault.isOwn
            ? "deploy the stack again; it sets the check on its rule"
            : fault.isWider
              ? `no deploy changes that rule, which is for other hosts too: ${protectAlone(deployed.hostname)}`
              : `no deploy changes that rule, as it is not the stack's: ${PROTECT_RULE}. That refuses whomever a Bypass lets in there`,
        );
    }
    return kept("demanded, of this team and application");
  },
};

interface Fault {
  readonly where: string;
  readonly cause: string;
  /** Whether the rule is the stack's. */
  readonly isOwn: boolean;
  /** Whether it is for other hosts too. */
  readonly isWider?: boolean;
}

function faultOf(
  tunnel: TunnelWithRules,
  deployed: Deployed,
): Fault | undefined {
  const { apiPath, aud, furtherTokens = [], hostname, teamName } = deployed;
  const { openPaths = [] } = deployed;
  // Paths that tokens are limited to have applications of their own.
  const limited = furtherTokens.flatMap((token) => token.paths ?? []);
  const paths = ["/", apiPath, deployed.webSocketPath ?? "/"];
  for (const path of new Set(paths)) {
    const { rule } = reachedRule(tunnel, hostname, path);
    const where = `the rule that ${path} reaches`;
    const isOwn =
      !rule?.path ||
      [...openPaths, ...limited].some(
        (one) => openPathPattern(one) === rule.path,
      );
    const demand = tokenDemand(rule);
    if (!demand)
      return {
        where,
        isOwn,
        cause:
          "the rule requires no JWT: requests that bypass Access reach the service",
      };
    if (demand.team !== teamName)
      return {
        where,
        isOwn,
        cause: `the rule demands tokens of the team "${demand.team}"`,
      };
    if (
      !demand.auds.includes(aud) &&
      !limited.some((one) => matchesPath({ path: openPathPattern(one) }, path))
    )
      return {
        where,
        isOwn,
        cause:
          demand.auds.length === 0
            ? "the rule names no application's tokens (its access.audTag is empty), so it takes none"
            : "the rule demands tokens of another application",
      };
  }
  // One after the rule of the whole host, or after one for its path, decides nothing.
  const unexpected = tunnel.rules
    .slice(0, reachedRule(tunnel, hostname, "/").index)
    .filter((rule) => matchesHostname(rule, hostname))
    .find(
      (rule, at, rules) =>
        rule.path &&
        rules.findIndex(({ path }) => path === rule.path) === at &&
        !tokenDemand(rule) &&
        !rule.service?.startsWith("http_status:") &&
        !openPaths.some((path) => compilePath(rule.path ?? "").test(path)),
    );
  return (
    unexpected && {
      where: `the rule for ${unexpected.hostname || "every host"} ${unexpected.path}`,
      cause: "a rule for a part of this host demands no token",
      isOwn: false,
      isWider: !namesHost(unexpected, hostname),
    }
  );
}
