import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A call on its way to the API. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly request: Request;
}

/** An answer as it is sent on. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Cuts the connection in place of an answer. */
export const CUT = Symbol("cut");

/**
 * Decides what becomes of a call.
 *
 * @param pass hands the call on, as often as it is called
 */
export type Keeper = (
  call: Call,
  pass: () => Promise<Reply>,
) => Promise<Reply | typeof CUT>;

/** An HTTP proxy before an API, at which each call can be kept, lost or answered. */
export class Door {
  #keeper: Keeper = (_, pass) => pass();

  private constructor(
    private readonly server: Server,
    private readonly target: string,
  ) {}

  static async open(target: string): Promise<Door> {
    const server = createServer();
    const door = new Door(server, target);
    server.on("request", async (incoming, outgoing) => {
      try {
        const body = await buffer(incoming);
        const { authorization = "", "content-type": type } = incoming.headers;
        const request = new Request(new URL(incoming.url ?? "/", target), {
          method: incoming.method,
          headers: { authorization, ...(type && { "content-type": type }) },
          body: body.length > 0 ? new Uint8Array(body) : undefined,
        });
        await door.#answer(request, outgoing);
      } catch {
        outgoing.destroy(); // the caller was killed meanwhile
      }
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return door;
  }

  get baseUrl(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${new URL(this.target).pathname}`;
  }

  keep(keeper: Keeper): void {
    this.#keeper = keeper;
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  async #answer(request: Request, outgoing: ServerResponse): Promise<void> {
    const { method, url } = request;
    const { pathname, search } = new URL(url);
    const call = { method, path: pathname + search, request };
    const reply = await this.#keeper(call, () => pass(request));
    if (reply === CUT) return void outgoing.destroy();
    outgoing.writeHead(reply.status, reply.headers);
    outgoing.end(reply.body);
  }
}

async function pass(request: Request): Promise<Reply> {
  const answer = await fetch(request.clone());
  return {
    status: answer.status,
    headers: {
      "content-type": answer.headers.get("content-type") ?? "application/json",
    },
    body: Buffer.from(await answer.arrayBuffer()),
  };
}
