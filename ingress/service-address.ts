const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  http: "80",
  ws: "80",
  https: "443",
  wss: "443",
};

/**
 * Equal for two spellings of one service: `http://wiki` and `HTTP://Wiki:80/`
 * are the same. What is no address of a host stays as it is written.
 */
export function serviceAddress(service: string): string {
  const [, scheme = "", authority = ""] =
    /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(service) ?? [];
  const host = authority
    .slice(authority.lastIndexOf("@") + 1)
    .toLowerCase()
    .replace(/:$/, "");
  if (host === "") return service;
  const kind = scheme.toLowerCase();
  const [, name = host, port = DEFAULT_PORTS[kind] ?? kind] =
    /^(.*):(\d+)$/.exec(host) ?? [];
  return `${name.replace(/\.$/, "")}:${port}`;
}
