import { createServer as createHttpServer, STATUS_CODES } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer } from "ws";
import { listener, type StandIn } from "./stand-in";

export interface Server {
  readonly port: number;
  /** Ends the server, every connection and every WebSocket. */
  close(): Promise<void>;
}

export interface ServeOptions {
  /** In PEM. @default - plain HTTP */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Serves a stand-in on a free port of 127.0.0.1. */
export async function serve(
  standIn: StandIn,
  { tls }: ServeOptions = {},
): Promise<Server> {
  const server = tls
    ? createTlsServer(tls, listener(standIn))
    : createHttpServer(listener(standIn));
  const webSockets = new WebSocketServer({ noServer: true });

  server.on("upgrade", (request, socket: Socket, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const refusal = standIn.refuse?.(request);
    const takeOver =
      refusal === undefined ? standIn.takeOver?.(request) : undefined;
    if (takeOver !== undefined) {
      takeOver(socket, head).catch(() => socket.destroy());
      return;
    }
    const talk = refusal === undefined ? standIn.accept?.(request) : undefined;
    if (talk === undefined) {
      const status = refusal ?? 404;
      socket.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-length: 0\r\n\r\n`,
      );
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on("error", () => webSocket.terminate());
      talk(webSocket);
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const webSocket of webSockets.clients) webSocket.terminate();
      server.closeAllConnections();
      await closed;
    },
  };
}
