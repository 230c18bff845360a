import { X509Certificate } from "node:crypto";
import { selfSignedCertificate } from "../../terraform-plugin/certificate";
import { Network } from "../network";
import { findCaddy, startCaddy } from "./caddy";
import { comfyui } from "./comfyui";
import { hostRouter } from "./host-router";
import { n8n } from "./n8n";
import { openWebui } from "./open-webui";
import { page } from "./page";
import { serve, type ServeOptions, type Server } from "./server";
import type { StandIn } from "./stand-in";

export type OriginKind = "comfyui" | "n8n" | "open-webui" | "page";

export interface OriginsOptions {
  /** Which service Caddy hands each public host to. */
  readonly hosts: Readonly<Record<string, OriginKind>>;
  /**
   * Put a real Caddy in front where one is installed.
   *
   * @default true
   */
  readonly caddy?: boolean;
}

export interface Origins {
  /** The names that the tunnel, neighbours and scripts on the host know. */
  readonly network: Network;
  /** Whether a real Caddy stands in front, or the router that does as it does. */
  readonly viaCaddy: boolean;
  /** Ends every service, and Caddy. */
  close(): Promise<void>;
}

/** The names of each service: in Docker's network, and published on the host. */
const NAMES: Readonly<Record<OriginKind, readonly string[]>> = {
  comfyui: ["comfyui:8188", "localhost:8188"],
  n8n: ["n8n:5678", "localhost:5678"],
  "open-webui": ["open-webui:8080", "localhost:3000"],
  page: ["nextcloud:80", "previews:8000"],
};

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
    const ports = {} as Record<OriginKind, number>;
    for (const kind of Object.keys(standIns) as OriginKind[]) {
      ports[kind] = await start(standIns[kind]);
      for (const name of NAMES[kind]) network.add(name, ports[kind]);
    }
    network.add(
      TLS_NAME,
      await start(page("Grafana"), { tls: ownCertificate() }),
    );

    const program = options.caddy === false ? undefined : findCaddy();
    if (program === undefined) {
      const byHost = mapHosts(options.hosts, (kind) => standIns[kind]);
      network.add("caddy:80", await start(hostRouter(byHost)));
    } else {
      const caddy = await startCaddy(
        program,
        mapHosts(options.hosts, (kind) => ports[kind]),
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

function mapHosts<T>(
  hosts: OriginsOptions["hosts"],
  toValue: (kind: OriginKind) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(hosts).map(([host, kind]) => [
      host.toLowerCase(),
      toValue(kind),
    ]),
  );
}

function ownCertificate(): { key: string; cert: string } {
  const { certificate, privateKey } = selfSignedCertificate();
  return { key: privateKey, cert: new X509Certificate(certificate).toString() };
}
