import { connect, type PeerCertificate, type TLSSocket } from "node:tls";
import type { InternetOptions } from "./internet";
import type { Certificate } from "./world";

const TIMEOUT_MS = 30_000;

/**
 * Connects to a host and looks at the certificate it shows, trusted or not.
 *
 * @throws Error where there is no TLS at all
 */
export async function certificateOf(
  hostname: string,
  { ca, locate }: InternetOptions,
): Promise<Certificate> {
  const { address, port } = await locate(hostname);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port,
      servername: hostname,
      ca,
      // Nothing is sent: the certificate is what is looked for.
      rejectUnauthorized: false,
    });
    socket.setTimeout(TIMEOUT_MS, () =>
      socket.destroy(new Error(`${hostname} does not answer`)),
    );
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      resolve(shown(socket));
      socket.destroy();
    });
  });
}

/** The certificate by which a connection is made; undefined where it needs none, or fails. */
export function shownOn(socket: TLSSocket): Promise<Certificate | undefined> {
  return new Promise((resolve) => {
    socket.once("secureConnect", () =>
      resolve(socket.isSessionReused() ? undefined : shown(socket)),
    );
    socket.once("close", () => resolve(undefined));
  });
}

function shown(socket: TLSSocket): Certificate {
  const certificate = socket.getPeerCertificate();
  const { authorizationError } = socket;
  return {
    fault: authorizationError ? String(authorizationError) : undefined,
    names: namesOf(certificate),
    validUntil: new Date(certificate.valid_to),
  };
}

function namesOf({ subjectaltname = "" }: PeerCertificate): string[] {
  return subjectaltname
    .split(", ")
    .filter((name) => name.startsWith("DNS:"))
    .map((name) => name.slice("DNS:".length));
}
