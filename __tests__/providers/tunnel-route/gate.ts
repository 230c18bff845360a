import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Of one call: not yet handled; its answer half-sent; its answer sent. */
export type Moment = "before" | "during" | "after";
export const MOMENTS: readonly Moment[] = ["before", "during", "after"];

interface Plan {
  /** From 1. */
  readonly nth: number;
  readonly moment: Moment;
  /** Looks for those to strike while they wait; returns the blow. */
  aim(): () => void;
}

/**
 * Stands in front of an API and can strike at a certain moment of a certain
 * call. From then on nobody gets through until it is opened again: the one who
 * was struck may live on for a millisecond.
 */
export class Gate {
  /** Methods of the calls since the gate was opened. */
  readonly calls: string[] = [];
  #plan: Plan | undefined;
  #strike = () => {};
  #struck = false;

  private constructor(
    private readonly server: Server,
    private readonly target: string,
  ) {}

  static async open(target: string): Promise<Gate> {
    const server = createServer();
    const gate = new Gate(server, target);
    server.on("request", async (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of incoming) chunks.push(chunk as Buffer);
        await gate.#pass(
          new Request(new URL(incoming.url ?? "/", target), {
            method: incoming.method,
            headers: {
              authorization: incoming.headers.authorization ?? "",
              "content-type": "application/json",
            },
            body: chunks.length > 0 ? Buffer.concat(chunks) : undefined,
          }),
          outgoing,
        );
      } catch {
        // The caller was killed, or the API dropped the call.
        outgoing.destroy();
      }
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return gate;
  }

  get baseUrl(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${new URL(this.target).pathname}`;
  }

  /** Whether it has struck since it was armed. */
  get struck(): boolean {
    return this.#struck;
  }

  /** Lets everything pass, up to this moment of the nth call from now. */
  arm(plan: Plan): void {
    this.open();
    this.#plan = plan;
  }

  /** Lets everything pass. */
  open(): void {
    this.calls.length = 0;
    this.#plan = undefined;
    this.#struck = false;
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  async #pass(request: Request, outgoing: ServerResponse): Promise<void> {
    const nth = this.calls.push(request.method);
    const plan = nth === this.#plan?.nth ? this.#plan : undefined;
    const moment = plan?.moment;
    if (plan) this.#strike = plan.aim();
    if (moment === "before") this.#hit();
    if (this.#struck) return void outgoing.destroy();

    const answer = await fetch(request);
    const body = Buffer.from(await answer.arrayBuffer());
    // Others of the same caller that were on their way when it was struck.
    if (this.#struck) return void outgoing.destroy();
    outgoing.writeHead(answer.status, {
      "content-type": "application/json",
      "content-length": body.length,
    });
    if (moment === "during") {
      const half = body.subarray(0, body.length / 2);
      await new Promise<void>((sent) => outgoing.write(half, () => sent()));
      this.#hit();
      outgoing.destroy();
      return;
    }
    await new Promise<void>((sent) => outgoing.end(body, sent));
    if (moment === "after") this.#hit();
  }

  #hit(): void {
    this.#struck = true;
    this.#strike();
  }
}
