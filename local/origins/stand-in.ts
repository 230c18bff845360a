import type {
  IncomingMessage,
  OutgoingHttpHeaders,
  RequestListener,
  ServerResponse,
} from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";

/** A service in small: what its visitors and the probe look at, no more. */
export interface StandIn {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /**
   * The status that refuses a request before its path is looked at, WebSockets
   * included; undefined where it is let in.
   *
   * @default - everything is let in
   */
  refuse?(request: IncomingMessage): number | undefined;
  /**
   * What to do with the WebSocket that a request wants to open; undefined
   * refuses it.
   *
   * @default - it takes no WebSockets
   */
  accept?(request: IncomingMessage): ((socket: WebSocket) => void) | undefined;
  /**
   * Takes over a connection that is to become a WebSocket, instead of `accept`.
   *
   * @default - `accept` decides
   */
  takeOver?(
    request: IncomingMessage,
  ): ((socket: Duplex, head: Buffer) => Promise<void>) | undefined;
}

/** Answers for each `METHOD /path`; a path that ends in `*` takes all below it. */
export type Answers = Record<string, Answer>;
export type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
) => void | Promise<void>;

/** Picks the answer for a request; a path without one is 404. */
export function answering(
  answers: Answers,
  otherwise: Answer = (_request, response) =>
    sendText(response, 404, "Not Found"),
): StandIn["handle"] {
  return async (request, response) => {
    const answer = find(answers, request.method ?? "GET", pathOf(request));
    await (answer ?? otherwise)(request, response);
  };
}

function find(
  answers: Answers,
  method: string,
  path: string,
): Answer | undefined {
  const asked = `${method === "HEAD" ? "GET" : method} ${path}`;
  const exact = answers[asked] ?? answers[`* ${path}`];
  if (exact !== undefined) return exact;
  const below = Object.keys(answers).find(
    (key) => key.endsWith("/*") && `* ${path}`.startsWith(key.slice(0, -1)),
  );
  return below === undefined ? undefined : answers[below];
}

/** The path of a request as web frameworks see it: decoded, without dot segments and query. */
export function pathOf(request: IncomingMessage): string {
  const { pathname } = new URL(`http://origin.invalid${request.url ?? "/"}`);
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
): void {
  send(
    response,
    status,
    "application/json; charset=utf-8",
    JSON.stringify(body),
  );
}

export function sendPage(
  response: ServerResponse,
  html: string,
  headers: OutgoingHttpHeaders = {},
): void {
  send(response, 200, "text/html; charset=utf-8", html, headers);
}

export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
): void {
  send(response, status, "text/plain; charset=utf-8", text);
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, {
    ...headers,
    "content-type": type,
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

/** Reads a request's JSON; undefined where it is none. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** A listener that ends the connection where a stand-in fails to answer. */
export function listener(standIn: StandIn): RequestListener {
  return (request, response) => {
    const refusal = standIn.refuse?.(request);
    if (refusal !== undefined) {
      request.resume();
      response.writeHead(refusal, { "content-length": 0 }).end();
      return;
    }
    standIn
      .handle(request, response)
      .catch((error: Error) => response.destroy(error));
  };
}
