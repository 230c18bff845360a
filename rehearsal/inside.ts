import { Agent, fetch } from "undici";
import type { Network } from "../local/network";
import type { Answer, World } from "../probe/world";

/** A service as it is reached without Cloudflare, from its host and in Docker. */
export function inside(network: Network): Pick<World, "host" | "neighbour"> {
  const ask = async (url: string): Promise<Answer> => {
    const { host, pathname, search } = new URL(url);
    const address = network.find(host);
    if (!address) throw new Error(`nothing answers at ${host}`);
    return get(`http://${address.host}:${address.port}${pathname}${search}`);
  };
  return { host: { ask }, neighbour: { ask } };
}

/** The user's own service, at its own address. */
export const onThisMachine: Pick<World, "host"> = { host: { ask: get } };

async function get(url: string): Promise<Answer> {
  // On loopback, a certificate of its own making is no reason not to ask.
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  try {
    const answer = await fetch(url, {
      dispatcher,
      redirect: "manual",
    });
    const { headers, status } = answer;
    return { status, headers, text: await answer.text() };
  } finally {
    await dispatcher.close();
  }
}
