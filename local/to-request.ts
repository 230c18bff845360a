import type { IncomingMessage } from "node:http";

/** A request of Node's server as the web's, its body read to the end. */
export async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { method = "GET" } = incoming;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, String(value));
  }
  return new Request(`http://${incoming.headers.host}${incoming.url}`, {
    method,
    headers,
    body:
      method === "GET" || method === "HEAD" ? undefined : Buffer.concat(chunks),
  });
}

/** Whether the client left before its answer. */
export function wasAborted(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ECONNRESET";
}
