import type { Account } from "../account";
import type { JsonObject, Tunnel } from "../account-objects";
import { ApiError, ok, page } from "./envelope";
import { tunnelNotFound } from "./errors";
import { admits, text } from "./fields";
import { route, type Routes } from "./router";

/**
 * Tunnels, their run tokens and their connectors.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/tunnels/subresources/cloudflared/
 */
export function tunnels(account: Account): Routes {
  const read = "Cloudflare Tunnel Read";
  const write = "Cloudflare Tunnel Write";

  function checkName(name: string, id?: string): void {
    for (const tunnel of account.tunnels.values()) {
      const other = tunnel.id !== id && tunnel.deleted_at === null;
      if (other && tunnel.name === name) {
        throw new ApiError(
          409,
          1013,
          "You already have a tunnel with this name. Choose a different name for the new tunnel.",
        );
      }
    }
  }

  return {
    "GET /accounts/:account/cfd_tunnel": route(read, ({ query }) =>
      page(
        [...account.tunnels.values()]
          .filter((tunnel) => matches(tunnel, query))
          .map((tunnel) => view(account, tunnel)),
        query,
        1000,
      ),
    ),

    "POST /accounts/:account/cfd_tunnel": route(write, ({ body }) => {
      const name = text(body.name);
      if (name === undefined) {
        throw new ApiError(400, 1000, "tunnel name is missing");
      }
      checkName(name);
      const now = account.timestamp();
      const tunnel: Tunnel = {
        id: account.newId(),
        name,
        created_at: now,
        deleted_at: null,
        metadata: {},
        tunnel_secret: text(body.tunnel_secret) ?? newSecret(account),
        configuration: {
          version: 0,
          config: null,
          source: body.config_src === "cloudflare" ? "cloudflare" : "local",
          created_at: now,
        },
        connectors: [],
      };
      account.tunnels.set(tunnel.id, tunnel);
      return ok({
        ...view(account, tunnel),
        credentials_file: {
          AccountTag: account.id,
          TunnelID: tunnel.id,
          TunnelName: tunnel.name,
          TunnelSecret: tunnel.tunnel_secret,
        },
        token: runToken(account, tunnel),
      });
    }),

    "GET /accounts/:account/cfd_tunnel/:tunnel": route(read, ({ params }) =>
      ok(view(account, findTunnel(account, params.tunnel))),
    ),

    "PATCH /accounts/:account/cfd_tunnel/:tunnel": route(
      write,
      ({ params, body }) => {
        const tunnel = findLiveTunnel(account, params.tunnel);
        const name = text(body.name) ?? tunnel.name;
        checkName(name, tunnel.id);
        tunnel.name = name;
        tunnel.tunnel_secret = text(body.tunnel_secret) ?? tunnel.tunnel_secret;
        return ok(view(account, tunnel));
      },
    ),

    "DELETE /accounts/:account/cfd_tunnel/:tunnel": route(
      write,
      ({ params }) => {
        const tunnel = findLiveTunnel(account, params.tunnel);
        if (tunnel.connectors.length > 0) {
          throw new ApiError(
            400,
            1022,
            "Cannot delete tunnel because it has active connections",
          );
        }
        tunnel.deleted_at = account.timestamp();
        return ok(view(account, tunnel));
      },
    ),

    // Whoever has this token can run a connector: reading it takes Write.
    "GET /accounts/:account/cfd_tunnel/:tunnel/token": route(
      write,
      ({ params }) =>
        ok(runToken(account, findLiveTunnel(account, params.tunnel))),
    ),

    "GET /accounts/:account/cfd_tunnel/:tunnel/connections": route(
      read,
      ({ params }) => ok(connections(findTunnel(account, params.tunnel))),
    ),

    "DELETE /accounts/:account/cfd_tunnel/:tunnel/connections": route(
      write,
      ({ params, query }) => {
        const tunnel = findLiveTunnel(account, params.tunnel);
        const only = query.get("client_id");
        tunnel.connectors = tunnel.connectors.filter(
          ({ id }) => only !== null && id !== only,
        );
        if (tunnel.connectors.length === 0) {
          tunnel.conns_inactive_at = account.timestamp();
        }
        return ok(null);
      },
    ),
  };
}

/**
 * A tunnel, be it deleted: those stay readable.
 *
 * @throws ApiError 1002
 */
export function findTunnel(account: Account, id: string | undefined): Tunnel {
  const tunnel = account.tunnels.get(id ?? "");
  if (tunnel === undefined) throw tunnelNotFound();
  return tunnel;
}

/** @throws ApiError 1002 where there is none or it was deleted */
export function findLiveTunnel(
  account: Account,
  id: string | undefined,
): Tunnel {
  const tunnel = findTunnel(account, id);
  if (tunnel.deleted_at !== null) throw tunnelNotFound();
  return tunnel;
}

function matches(tunnel: Tunnel, query: URLSearchParams): boolean {
  const { id, name, created_at, deleted_at } = tunnel;
  return (
    admits(query, "name", (wanted) => name === wanted) &&
    admits(query, "uuid", (wanted) => id === wanted) &&
    admits(query, "status", (wanted) => status(tunnel) === wanted) &&
    admits(query, "include_prefix", (prefix) => name.startsWith(prefix)) &&
    admits(query, "exclude_prefix", (prefix) => !name.startsWith(prefix)) &&
    admits(
      query,
      "is_deleted",
      (wanted) => (deleted_at !== null) === (wanted === "true"),
    ) &&
    admits(query, "existed_at", (time) => {
      const at = Date.parse(time);
      const gone = deleted_at !== null && Date.parse(deleted_at) <= at;
      return Date.parse(created_at) <= at && !gone;
    })
  );
}

/** Never run, running, or no longer running. */
function status(tunnel: Tunnel): "inactive" | "healthy" | "down" {
  if (tunnel.connectors.length > 0) return "healthy";
  return tunnel.conns_inactive_at === undefined ? "inactive" : "down";
}

function view(account: Account, tunnel: Tunnel): JsonObject {
  const { configuration, connectors } = tunnel;
  return {
    id: tunnel.id,
    account_tag: account.id,
    created_at: tunnel.created_at,
    deleted_at: tunnel.deleted_at,
    name: tunnel.name,
    conns_active_at: connectors[0]?.opened_at ?? null,
    conns_inactive_at: tunnel.conns_inactive_at ?? null,
    tun_type: "cfd_tunnel",
    metadata: structuredClone(tunnel.metadata),
    status: status(tunnel),
    remote_config: configuration.source === "cloudflare",
    config_src: configuration.source,
  };
}

function connections({ connectors, configuration }: Tunnel): JsonObject[] {
  return connectors.map(({ id, version, origin_ip, opened_at }) => ({
    id,
    arch: "linux_amd64",
    version,
    run_at: opened_at,
    config_version: configuration.version,
    features: [],
    conns: ["ams01", "ams02", "fra03", "fra06"].map((colo_name, index) => ({
      id: `${id.slice(0, -1)}${index}`,
      uuid: `${id.slice(0, -1)}${index}`,
      client_id: id,
      client_version: version,
      colo_name,
      is_pending_reconnect: false,
      opened_at,
      origin_ip,
    })),
  }));
}

function runToken(account: Account, tunnel: Tunnel): string {
  const token = { a: account.id, t: tunnel.id, s: tunnel.tunnel_secret };
  return Buffer.from(JSON.stringify(token)).toString("base64");
}

function newSecret(account: Account): string {
  return Buffer.from(account.newHex64(), "hex").toString("base64");
}
