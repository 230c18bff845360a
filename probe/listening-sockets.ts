import { readFile } from "node:fs/promises";
import { NotKnown } from "../account/not-known";
import type { ListeningSocket } from "./world";

/** State of a socket that waits for connections. */
const LISTEN = "0A";

/**
 * The TCP sockets of this machine that wait for connections.
 *
 * @param folder where the kernel tells of them
 * @throws NotKnown on systems other than Linux
 * @see https://docs.kernel.org/networking/proc_net_tcp.html
 */
export async function listeningSockets(
  folder = "/proc/net",
): Promise<ListeningSocket[]> {
  const read = (file: string) =>
    readFile(`${folder}/${file}`, "utf8").catch(() => undefined);
  const [four, six] = await Promise.all([read("tcp"), read("tcp6")]);
  if (four === undefined)
    throw new NotKnown("only Linux tells which sockets listen");
  return [four, six ?? ""].flatMap((table) =>
    table
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state]) => state === LISTEN)
      .map(([, local = ""]) => {
        const [address = "", port = ""] = local.split(":");
        return { address: toAddress(address), port: parseInt(port, 16) };
      }),
  );
}

/** The kernel writes addresses as numbers of 32 bits in the machine's order. */
function toAddress(hex: string): string {
  const bytes = Buffer.from(hex, "hex").swap32();
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.subarray(0, 12).toString("hex") === "00000000000000000000ffff")
    return bytes.subarray(12).join(".");
  const groups = bytes.toString("hex").match(/.{4}/g) ?? [];
  // URL writes an address in its short form.
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
