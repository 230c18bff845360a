import { ruleFaults } from "../../ingress/validate";
import { isCatchAll } from "../../ingress/rule";
import type { Account } from "../account";
import type {
  IngressRule,
  Json,
  JsonObject,
  Tunnel,
  TunnelConfig,
} from "../account-objects";
import { ApiError, ok } from "./envelope";
import { isObject } from "./fields";
import { route, type Routes } from "./router";
import { findLiveTunnel } from "./tunnels";

/**
 * The document with all public hostnames of a tunnel. A write replaces the
 * whole of it and there is nothing to compare with: the last writer wins.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/tunnels/subresources/cloudflared/subresources/configurations/
 */
export function tunnelConfigurations(account: Account): Routes {
  return {
    "GET /accounts/:account/cfd_tunnel/:tunnel/configurations": route(
      "Cloudflare Tunnel Read",
      ({ params }) => {
        const tunnel = findLiveTunnel(account, params.tunnel);
        const never = tunnel.configuration.version === 0;
        if (never && account.switches.unconfiguredTunnel === "not-found") {
          throw new ApiError(404, 1055, "Configuration for tunnel not found");
        }
        return ok(view(account, tunnel));
      },
    ),

    "PUT /accounts/:account/cfd_tunnel/:tunnel/configurations": route(
      "Cloudflare Tunnel Write",
      ({ params, body }) => {
        const tunnel = findLiveTunnel(account, params.tunnel);
        const config = configurationIn(body.config, account);
        if (config) checkIngress(config);
        tunnel.configuration = {
          version: tunnel.configuration.version + 1,
          config,
          // A tunnel configured on its host is taken over, for good.
          source: "cloudflare",
          created_at: account.timestamp(),
        };
        return ok(view(account, tunnel));
      },
    ),
  };
}

/** The document to write; null asks for none at all. */
function configurationIn(
  config: Json | undefined,
  account: Account,
): TunnelConfig | null {
  if (config === null && account.switches.noConfiguration === "accept")
    return null;
  if (!isObject(config)) throw badConfiguration("config is missing");
  return config as TunnelConfig;
}

function view(account: Account, tunnel: Tunnel): JsonObject {
  const { version, source, created_at } = tunnel.configuration;
  const config = structuredClone(tunnel.configuration.config);
  if (account.switches.emptyOriginRequest) {
    for (const rule of config?.ingress ?? []) rule.originRequest ??= {};
  }
  return {
    tunnel_id: tunnel.id,
    account_id: account.id,
    version,
    config: config as JsonObject | null,
    source,
    created_at,
  };
}

function badConfiguration(reason: string): ApiError {
  return new ApiError(400, 1056, `Bad Configuration: ${reason}`);
}

/**
 * What cloudflared would refuse, Cloudflare does not take either.
 *
 * @throws ApiError 1056
 */
function checkIngress({ ingress, originRequest }: TunnelConfig): void {
  const rules = ingress ?? [];
  for (const [index, rule] of rules.entries()) {
    const isLast = index === rules.length - 1;
    const fault =
      positionFault(rule, isLast, index) ?? ruleFaults(rule, originRequest)[0];
    if (fault !== undefined) {
      throw badConfiguration(`Validation failed: ${fault}\n`);
    }
  }
}

function positionFault(
  rule: IngressRule,
  isLast: boolean,
  index: number,
): string | undefined {
  if (isLast && !isCatchAll(rule)) {
    return "The last ingress rule must match all URLs (i.e. it should not have a hostname or path filter)";
  }
  if (!isLast && isCatchAll(rule)) {
    return `Rule #${index + 1} is matching the hostname '${rule.hostname ?? ""}', but this will match every hostname, meaning the rules which follow it will never be triggered.`;
  }
  return undefined;
}
