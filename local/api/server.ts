import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Account } from "../account";
import { isOwnHost, misdirected } from "../loopback";
import { toRequest, wasAborted } from "../to-request";
import { createApi, type Api } from "./api";
import { ConnectionDropped } from "./calls";
import { BASE_PATH } from "./router";

export interface ApiServer {
  readonly api: Api;
  readonly port: number;
  /** What `CLOUDFLARE_BASE_URL` takes, for example `http://127.0.0.1:8080/client/v4`. */
  readonly baseUrl: string;
  /** Ends the server and every connection to it. */
  close(): Promise<void>;
}

export interface ApiServerOptions {
  /** @default 0 - any free port */
  readonly port?: number;
}

/** Serves an account's API over plain HTTP on 127.0.0.1. */
export async function startApi(
  account: Account,
  options: ApiServerOptions = {},
): Promise<ApiServer> {
  const api = createApi(account);
  const server = createServer(async (incoming, outgoing) => {
    if (!isOwnHost(incoming.headers.host))
      return misdirected(incoming, outgoing);
    try {
      const answer = await api.handle(await toRequest(incoming));
      outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
      outgoing.end(Buffer.from(await answer.arrayBuffer()));
    } catch (error) {
      outgoing.destroy();
      // A dropped answer was asked for, and a client may leave early. Anything
      // else is a fault of ours that must not pass for one that was asked for.
      if (error instanceof ConnectionDropped || wasAborted(error)) return;
      throw error;
    }
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    api,
    port,
    baseUrl: `http://127.0.0.1:${port}${BASE_PATH}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
