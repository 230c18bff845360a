import { withDefaults } from "../../ingress/defaults";
import type { IngressRule } from "../account-objects";
import type { Address, Network } from "../network";

/** Where a rule's requests go. */
export type Service =
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "hello-world" }
  | {
      readonly kind: "http";
      /** Undefined where nobody on the network has this name. */
      readonly address: Address | undefined;
      /** Host and port as the rule names them. */
      readonly authority: string;
      /** Undefined for plain HTTP. */
      readonly tls: TlsSettings | undefined;
      /** `httpHostHeader`. */
      readonly hostHeader: string | undefined;
    }
  /** What a browser can't speak: `tcp://`, `ssh://`, `unix:`, `bastion`, … */
  | { readonly kind: "unsupported"; readonly service: string };

/** How a connector checks an origin's certificate. */
export interface TlsSettings {
  readonly verify: boolean;
  readonly serverName: string;
  /** `matchSNItoHost`: the name is the request's host. */
  readonly serverNameOfHost: boolean;
  /** `caPool`: a file of this machine. */
  readonly caPool: string | undefined;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  ws: 80,
  https: 443,
  wss: 443,
};

/**
 * Reads a rule's service and the settings of its `originRequest` that decide
 * where and how a request is sent; what the rule leaves out comes from the
 * document's own `originRequest`.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/configure-tunnels/cloudflared-parameters/origin-parameters/
 */
export function readService(
  rule: IngressRule,
  defaults: Readonly<Record<string, unknown>>,
  network: Network,
): Service {
  const { service } = rule;
  if (service === "hello_world" || service === "hello-world")
    return { kind: "hello-world" };
  if (service.startsWith("http_status:"))
    return {
      kind: "status",
      status: Number(service.slice("http_status:".length)),
    };

  const [, scheme = "", authority = ""] =
    /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(service) ?? [];
  const defaultPort = DEFAULT_PORTS[scheme.toLowerCase()];
  if (defaultPort === undefined) return { kind: "unsupported", service };

  const settings = withDefaults(rule, defaults).originRequest ?? {};
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const name = /:\d+$/.test(host)
    ? host
    : `${host.replace(/:$/, "")}:${defaultPort}`;
  const text = (key: string): string | undefined => {
    const value: unknown = settings[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  return {
    kind: "http",
    address: network.find(name),
    authority: host,
    tls:
      defaultPort === 443
        ? {
            verify: settings["noTLSVerify"] !== true,
            serverName:
              text("originServerName") ??
              name.replace(/:\d+$/, "").replace(/^\[|\]$/g, ""),
            serverNameOfHost: settings["matchSNItoHost"] === true,
            caPool: text("caPool"),
          }
        : undefined,
    hostHeader: text("httpHostHeader"),
  };
}
