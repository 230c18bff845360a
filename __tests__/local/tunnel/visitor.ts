import { request, type ClientRequest, type IncomingMessage } from "node:http";
import { HOST, type Bench } from "./support";

export interface Visit {
  readonly method?: string;
  readonly host?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Begins a request to our host; the body is the caller's to send. */
export function begin(
  { port }: Bench,
  path: string,
  { method = "GET", host = HOST, headers = {} }: Visit = {},
): ClientRequest {
  return request({
    host: "127.0.0.1",
    port,
    method,
    path,
    headers: { host, ...headers },
    agent: false,
  });
}

/** Waits for an answer's head; its body is the caller's to read. */
export function answerTo(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.once("response", resolve);
    asked.once("error", reject);
  });
}

/** Asks our host for a path and reads the whole answer. */
export async function visit(
  bench: Bench,
  path = "/",
  { body, ...how }: Visit = {},
): Promise<{
  status: number;
  headers: IncomingMessage["headers"];
  text: string;
}> {
  const asked = begin(bench, path, how);
  const answered = answerTo(asked);
  asked.end(body);
  const answer = await answered;
  let text = "";
  for await (const piece of answer) text += String(piece);
  return { status: answer.statusCode!, headers: answer.headers, text };
}
