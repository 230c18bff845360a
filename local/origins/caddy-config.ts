/** What Caddy is told, as it takes it on its standard input. */
export type CaddyConfig = Record<string, unknown>;

/**
 * Caddy as the gate in front of services: plain HTTP, each public host to the
 * port of its service. It has no admin socket, asks for no certificates and
 * keeps no copy of this.
 *
 * @param listen The port of 127.0.0.1 to listen on.
 * @param ports The port of 127.0.0.1 behind each public host.
 * @see https://caddyserver.com/docs/json/
 */
export function caddyConfig(
  listen: number,
  ports: Readonly<Record<string, number>>,
): CaddyConfig {
  return {
    admin: { disabled: true, config: { persist: false } },
    apps: {
      http: {
        servers: {
          origins: {
            listen: [`127.0.0.1:${listen}`],
            automatic_https: { disable: true },
            routes: Object.entries(ports).map(([host, port]) => ({
              match: [{ host: [host] }],
              handle: [
                {
                  handler: "reverse_proxy",
                  upstreams: [{ dial: `127.0.0.1:${port}` }],
                  // Streams go on as they come.
                  flush_interval: -1,
                },
              ],
              terminal: true,
            })),
          },
        },
      },
    },
  };
}
