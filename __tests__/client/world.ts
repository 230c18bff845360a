import { Agent, buildConnector } from "undici";
import { HOST, startLab, type Lab } from "../local/edge/support";

export { HOST } from "../local/edge/support";

export const ORIGIN = `https://${HOST}`;

export interface ClientLab extends Lab {
  /** Finds every host at the edge. */
  readonly dispatcher: Agent;
}

/** A local edge, and connections that find every host there. */
export async function startClientLab(): Promise<ClientLab> {
  const lab = await startLab();
  const dispatcher = agentFor(lab.edge);
  return {
    ...lab,
    dispatcher,
    async close() {
      await dispatcher.destroy();
      await lab.close();
    },
  };
}

function agentFor({ caPem, port }: Lab["edge"]): Agent {
  const connect = buildConnector({ ca: caPem });
  return new Agent({
    connect: (options, callback) =>
      connect(
        {
          ...options,
          servername: options.hostname,
          hostname: "127.0.0.1",
          port: String(port),
        },
        callback,
      ),
  });
}
