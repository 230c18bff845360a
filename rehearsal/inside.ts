import type { Network } from "../local/network";
import type { Answer, World } from "../probe/world";

/** A service as it is reached without Cloudflare, from its host and in Docker. */
export function inside(network: Network): Pick<World, "host" | "neighbour"> {
  const ask = async (url: string): Promise<Answer> => {
    const { host, pathname, search } = new URL(url);
    const address = network.find(host);
    if (!address) throw new Error(`nothing answers at ${host}`);
    const answer = await fetch(
      `http://${address.host}:${address.port}${pathname}${search}`,
      { redirect: "manual" },
    );
    return {
      status: answer.status,
      headers: answer.headers,
      text: await answer.text(),
    };
  };
  return { host: { ask }, neighbour: { ask } };
}
