import { once } from "node:events";
import { connect } from "node:net";
import { isOnLoopback } from "../local/loopback";
import type { Address } from "../local/network";
import { UsageError } from "../base/usage-error";

/** A running service of the user's that takes a stand-in's place. */
export interface OwnOrigin {
  /** Name of its stack in main.ts, or of a preset. */
  readonly service: string;
  /** As it was given, for reports: `http://127.0.0.1:8188`. */
  readonly url: string;
  readonly address: Address;
  /** Whether it speaks HTTPS. */
  readonly tls: boolean;
}

/**
 * Reads `comfyui=http://127.0.0.1:8188`, or one with `https:`, and connects
 * once, to see that something is there.
 *
 * @throws UsageError where it is none, off this machine, or nothing listens
 */
export async function readOwnOrigin(text: string): Promise<OwnOrigin> {
  // Not the text itself: it may hold a password.
  const subject = `--origin ${/^[\w-]*=?/.exec(text)?.[0]}…`;
  const [, service, given = ""] = /^([\w-]+)=(.*)$/.exec(text) ?? [];
  const scheme = /^https:/i.test(given) ? "https" : "http";
  const refuse = (fault: string) =>
    new UsageError(subject, [
      `${fault}: write ${service ?? "comfyui"}=${scheme}://127.0.0.1:${scheme === "https" ? 3443 : 8188}`,
    ]);
  if (service === undefined)
    throw refuse("it must be a service's name, = and its address");
  if (!URL.canParse(given)) throw refuse("what follows the = is no address");
  const url = new URL(given);
  if (!["http:", "https:"].includes(url.protocol))
    throw refuse(
      `${url.protocol}// is not spoken to a service here, only HTTP and HTTPS`,
    );
  if (!isOnLoopback(given))
    throw refuse(
      `${url.host} is not this machine's loopback, and a rehearsal talks to nothing else`,
    );
  if (`${url.origin}/` !== url.href)
    throw refuse("only scheme, host and port are used");
  const tls = url.protocol === "https:";
  const port = Number(url.port || (tls ? 443 : 80));
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const found = await reach(host, port).catch((error: Error) => {
    throw new UsageError(subject, [
      `nothing answers at ${url.host} (${reason(error)}): start the service first`,
    ]);
  });
  return { service, url: url.origin, address: { host: found, port }, tls };
}

/**
 * The address that answers. `localhost` is tried as both, whatever a hosts file
 * makes of it.
 */
async function reach(host: string, port: number): Promise<string> {
  const addresses = host === "localhost" ? ["::1", "127.0.0.1"] : [host];
  for (;;) {
    const address = addresses.pop() ?? host;
    try {
      return await tryConnect(address, port);
    } catch (error) {
      if (addresses.length === 0) throw error;
    }
  }
}

async function tryConnect(host: string, port: number): Promise<string> {
  const socket = connect({ host, port });
  try {
    await once(socket, "connect");
    return host;
  } finally {
    socket.destroy();
  }
}

function reason(error: Error): string {
  return "code" in error ? String(error.code) : error.message;
}
