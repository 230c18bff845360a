import { BlockList, isIP } from "node:net";
import { ProviderError } from "../../terraform-plugin/provider";

/**
 * The proxy that the environment has for a URL, chosen as Terraform's own
 * programs and Cloudflare's provider choose it: HTTPS_PROXY or HTTP_PROXY by
 * the URL's scheme, unless NO_PROXY names the host; never for this machine.
 * Each may be written in small letters as well.
 *
 * @returns undefined where the URL is asked directly
 * @throws ProviderError where the variable holds no address of a proxy
 * @see https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
 */
export function proxyFor(url: string, env: NodeJS.ProcessEnv): URL | undefined {
  const { protocol, hostname, port } = new URL(url);
  const secure = protocol === "https:";
  const name = secure ? "HTTPS_PROXY" : "HTTP_PROXY";
  const proxy = variable(env, name);
  if (proxy === "") return undefined;
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (isThisMachine(host)) return undefined;
  const exceptions = variable(env, "NO_PROXY").split(",");
  const address = { host, port: port || (secure ? "443" : "80") };
  return exceptions.some((exception) => names(exception, address))
    ? undefined
    : parse(proxy, name);
}

function variable(env: NodeJS.ProcessEnv, name: string): string {
  return env[name] || env[name.toLowerCase()] || "";
}

/** The address may lack its scheme; the text may hold a password: it is not shown. */
function parse(text: string, name: string): URL {
  const address = text.includes("://") ? text : `http://${text}`;
  if (URL.canParse(address)) {
    const proxy = new URL(address);
    if (proxy.hostname && /^(https?|socks5):$/.test(proxy.protocol))
      return proxy;
  }
  throw new ProviderError(
    `${name} is not a proxy URL`,
    `Write it as in ${name}=http://proxy.example.com:3128; unset it to connect directly.`,
  );
}

function isThisMachine(host: string): boolean {
  return (
    host === "localhost" ||
    (isIP(host) === 4 && host.startsWith("127.")) ||
    host === "::1"
  );
}

interface Address {
  readonly host: string;
  readonly port: string;
}

/**
 * Whether an entry of NO_PROXY names a host: `*`, a range of addresses, an
 * address, `example.com` with all below it, or `.example.com` with what is below
 * it only; the last three with a port if need be.
 */
function names(entry: string, { host, port }: Address): boolean {
  const text = entry.trim().toLowerCase();
  if (text === "") return false;
  if (text === "*") return true;
  if (text.includes("/")) return isInRange(host, text);
  const [, name = text, onlyPort = port] =
    isIP(text) > 0 ? [] : (/^\[?([^\]]*?)\]?:(\d+)$/.exec(text) ?? []);
  if (onlyPort !== port || name === "") return false;
  if (isIP(name) > 0) return host === name;
  const suffix = name.replace(/^\*\./, ".");
  return suffix.startsWith(".")
    ? host.endsWith(suffix)
    : host === suffix || host.endsWith(`.${suffix}`);
}

function isInRange(host: string, range: string): boolean {
  const [network = "", bits = ""] = range.split("/");
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || !/^\d+$/.test(bits))
    return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, Number(bits), type);
  return list.check(host, type);
}
