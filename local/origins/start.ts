import { X509Certificate } from "node:crypto";
import { caddyfile, type CaddySite } from "../../services/caddyfile";
import { comfyui as comfyuiPreset } from "../../services/comfyui";
import { n8n as n8nPreset } from "../../services/n8n";
import { openWebui as openWebuiPreset } from "../../services/open-webui";
import type { Service } from "../../services/service";
import { selfSignedCertificate } from "../../terraform-plugin/certificate";
import { Network, type Address } from "../network";
import { findCaddy, startCaddy } from "./caddy";
import { comfyui } from "./comfyui";
import { forward } from "./forward";
import { hostRouter, type RoutedService } from "./host-router";
import { n8n } from "./n8n";
import { openWebui } from "./open-webui";
import { page } from "./page";
import { serve, type ServeOptions, type Server } from "./server";
import type { StandIn } from "./stand-in";

/** A stand-in of a service; `page` is one page on every path. */
export type OriginKind = "comfyui" | "n8n" | "open-webui" | "page";

/** A running service of this machine in a stand-in's place. */
export interface ForwardedOrigin {
  /** Where it listens. */
  readonly address: Address;
  /** Host header by which Caddy knows it: most often its public host. */
  readonly host: string;
  /** Its names in Docker's network and on the host, such as `comfyui:8188`. */
  readonly names: readonly [string, ...string[]];
  /** See `CaddySite`. @default false */
  readonly refusesCrossSite?: boolean;
  /** It speaks HTTPS: the connector goes straight to it. @default false */
  readonly tls?: boolean;
}

export interface OriginsOptions {
  /** Which service Caddy hands each Host header to. */
  readonly hosts: Readonly<Record<string, OriginKind>>;
  /**
   * Put a real Caddy in front where one is installed.
   *
   * @default true
   */
  readonly caddy?: boolean;
  /** @default - all are stand-ins */
  readonly forwarded?: ForwardedOrigin;
}

export interface Origins {
  /** The names that the tunnel, neighbours and scripts on the host know. */
  readonly network: Network;
  /** Whether a real Caddy stands in front, or the router that does as it does. */
  readonly viaCaddy: boolean;
  /** Ends every service, and Caddy. */
  close(): Promise<void>;
}

/** Where each service is: in Docker's network, and as the host publishes it. */
const PLACES: Readonly<
  Record<
    OriginKind,
    Pick<Service, "containerUrl" | "localUrl" | "refusesCrossSite">
  >
> = {
  comfyui: comfyuiPreset,
  n8n: n8nPreset,
  "open-webui": openWebuiPreset,
  page: {
    containerUrl: "http://nextcloud:80",
    localUrl: "http://localhost:8000",
  },
};

/** What answers here in the place of a service; undefined where nothing does. */
export function standInFor({
  containerUrl,
}: Pick<Service, "containerUrl">): OriginKind | undefined {
  return (Object.keys(PLACES) as OriginKind[]).find(
    (kind) => PLACES[kind].containerUrl === containerUrl,
  );
}

/** A page too, for the hosts of a wildcard. */
const PREVIEWS = "previews:8000";

/** What answers HTTPS with a certificate of its own making. */
const TLS_NAME = "grafana:3000";

/**
 * Starts stand-ins of the services that live behind the tunnel, and what
 * stands in front of them. Everything listens on a free port of 127.0.0.1.
 *
 * @throws Error where a Caddy is installed and does not start
 */
export async function startOrigins(options: OriginsOptions): Promise<Origins> {
  const started: Server[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(started.splice(0).map((server) => server.close()));
  };
  const start = async (
    standIn: StandIn,
    how?: ServeOptions,
  ): Promise<number> => {
    const server = await serve(standIn, how);
    started.push(server);
    return server.port;
  };

  try {
    const network = new Network();
    const standIns: Record<OriginKind, StandIn> = {
      comfyui: comfyui(),
      n8n: n8n(),
      "open-webui": openWebui(),
      page: page("Welcome"),
    };
    for (const kind of Object.keys(standIns) as OriginKind[]) {
      const port = await start(standIns[kind]);
      const { containerUrl, localUrl } = PLACES[kind];
      for (const url of [containerUrl, localUrl])
        network.add(url.replace("http://", ""), port);
      if (kind === "page") network.add(PREVIEWS, port);
    }
    network.add(
      TLS_NAME,
      await start(page("Grafana"), { tls: ownCertificate() }),
    );

    const sites = new Map<string, CaddySite & RoutedService>();
    for (const [name, kind] of Object.entries(options.hosts)) {
      const host = name.toLowerCase();
      const { containerUrl: upstream, refusesCrossSite } = PLACES[kind];
      const standIn = standIns[kind];
      sites.set(host, { host, upstream, refusesCrossSite, standIn });
    }
    if (options.forwarded?.tls) {
      const { address, names } = options.forwarded;
      for (const name of names) network.add(name, address);
    } else if (options.forwarded) {
      const { address, host, names, refusesCrossSite } = options.forwarded;
      const standIn = forward(address);
      const port = await start(standIn);
      for (const name of names) network.add(name, port);
      const upstream = `http://${names[0]}`;
      sites.set(host, { host, upstream, refusesCrossSite, standIn });
    }
    const program = options.caddy === false ? undefined : findCaddy();
    if (program === undefined) {
      const router = hostRouter(Object.fromEntries(sites));
      network.add("caddy:80", await start(router));
    } else {
      const caddy = await startCaddy(
        program,
        caddyfile([...sites.values()]),
        network,
      );
      started.push(caddy);
      network.add("caddy:80", caddy.port);
    }
    return { network, viaCaddy: program !== undefined, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function ownCertificate(): { key: string; cert: string } {
  const { certificate, privateKey } = selfSignedCertificate();
  return { key: privateKey, cert: new X509Certificate(certificate).toString() };
}
