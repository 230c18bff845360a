import { request, type IncomingHttpHeaders } from "node:http";
import { WebSocket } from "ws";
import type { Network } from "../../../local/network";
import { startOrigins, type Origins } from "../../../local/origins/start";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asking {
  readonly method?: string;
  /** The `Host` header. @default - the name */
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks a service by its name on the network, as a neighbour in Docker does. */
export function ask(
  network: Network,
  name: string,
  path: string,
  { method = "GET", host = name, headers, body }: Asking = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        ...network.find(name),
        method,
        path,
        headers: { ...headers, host },
        agent: false,
      },
      async (answer) => {
        let text = "";
        for await (const piece of answer) text += String(piece);
        resolve({ status: answer.statusCode!, headers: answer.headers, text });
      },
    );
    asked.once("error", reject);
    asked.end(body);
  });
}

/** The first message of a WebSocket, or the status that refused it. */
export function firstMessage(
  network: Network,
  name: string,
  path: string,
  host = name,
  headers: Readonly<Record<string, string>> = {},
): Promise<string | number> {
  const socket = new WebSocket(
    `ws://127.0.0.1:${network.find(name)!.port}${path}`,
    { headers: { ...headers, host } },
  );
  return new Promise((resolve, reject) => {
    socket.once("message", (message) => {
      socket.terminate();
      resolve(String(message));
    });
    socket.once("unexpected-response", (_request, answer) => {
      answer.destroy();
      resolve(answer.statusCode!);
    });
    socket.on("error", reject);
  });
}

const HOSTS = {
  "comfyui.example.com": "comfyui",
  "n8n.example.com": "n8n",
} as const;

/** Runs `use` with origins that are closed afterwards whatever happens. */
export async function withOrigins(
  caddy: boolean,
  use: (origins: Origins) => Promise<void>,
): Promise<void> {
  const origins = await startOrigins({ hosts: HOSTS, caddy });
  try {
    await use(origins);
  } finally {
    await origins.close();
  }
}
