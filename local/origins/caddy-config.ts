import type { Network } from "../network";

/** What Caddy makes of a Caddyfile: the parts that name addresses. */
export interface CaddyConfig {
  /** Absent for a file without a site. */
  readonly apps?: {
    readonly http: { readonly servers: Readonly<Record<string, object>> };
  };
}

/**
 * A configuration as it runs beside stand-ins: on a free port of 127.0.0.1
 * instead of the file's, and with each service where the network has it. All
 * else stays as Caddy read it. It has no admin socket and keeps no copy of this.
 *
 * @throws Error where the file listens on several ports: only one is ours
 * @see https://caddyserver.com/docs/json/
 */
export function onThisMachine(
  { apps }: CaddyConfig,
  port: number,
  network: Network,
): object {
  const servers = Object.entries(apps?.http.servers ?? { empty: {} });
  if (servers.length > 1)
    throw new Error("the Caddyfile listens on more than one port");
  return {
    admin: { disabled: true, config: { persist: false } },
    apps: {
      http: {
        servers: Object.fromEntries(
          servers.map(([name, server]) => [
            name,
            {
              ...(dialling(server, network) as object),
              listen: [`127.0.0.1:${port}`],
              // Certificates are for Caddy's own ports only.
              automatic_https: { disable: true },
            },
          ]),
        ),
      },
    },
  };
}

/** The same with every `dial` led to where the network has its service. */
function dialling(value: unknown, network: Network): unknown {
  if (Array.isArray(value)) return value.map((one) => dialling(one, network));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      key,
      key === "dial"
        ? addressOf(String(inner), network)
        : dialling(inner, network),
    ]),
  );
}

/** Nobody listens on port 1: what the network does not know does not answer. */
function addressOf(name: string, network: Network): string {
  const { host, port } = network.find(name) ?? { host: "127.0.0.1", port: 1 };
  return `${host}:${port}`;
}
