import { Agent, buildConnector } from "undici";
import type { Edge } from "./edge";

/** Connections of a client that finds every host at the edge and trusts its certificates. */
export function edgeDispatcher({
  caPem,
  port,
}: Pick<Edge, "caPem" | "port">): Agent {
  const connect = buildConnector({ ca: caPem });
  return new Agent({
    connect: (options, callback) =>
      connect(
        {
          ...options,
          hostname: "127.0.0.1",
          port: String(port),
          servername: options.hostname,
        },
        callback,
      ),
  });
}
