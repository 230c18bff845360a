import { connect as tlsConnect, createSecureContext } from "node:tls";
import { Agent, buildConnector } from "undici";
import WebSocket from "ws";
import type { Answer, Ask, SocketAnswer } from "./world";

export interface InternetOptions {
  /** Where the TLS server of a host is to be found. */
  readonly locate: (
    hostname: string,
  ) => Promise<{ readonly address: string; readonly port: number }>;
  /** Certificates to trust beside the system's, in PEM. */
  readonly ca?: string;
}

/** Requests over TLS to hosts that a resolver of our own finds. */
export interface Internet {
  ask(url: string, ask?: Ask): Promise<Answer>;
  openSocket(
    url: string,
    headers: Record<string, string>,
  ): Promise<SocketAnswer>;
  close(): Promise<void>;
}

/** How long an answer may take. */
const PATIENCE_MS = 30_000;

/** The internet as a client sees it that trusts no resolver of its machine. */
export function internet({ ca, locate }: InternetOptions): Internet {
  const agent = connections({ ca, locate });
  const secureContext = createSecureContext({ ca });
  return {
    async ask(
      url,
      { form, headers, method = form ? "POST" : "GET", target } = {},
    ) {
      const { origin, pathname, search } = new URL(url);
      const answer = await agent.request({
        origin,
        // Not as part of a URL: reading one resolves what a target spells out.
        path: target ?? pathname + search,
        method: method as "GET" | "POST",
        headers: {
          accept: "text/html,*/*",
          ...(form && { "content-type": "application/x-www-form-urlencoded" }),
          ...headers,
        },
        body: form && new URLSearchParams(form).toString(),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      return {
        status: answer.statusCode,
        headers: toHeaders(answer.headers),
        text: await answer.body.text(),
      };
    },

    async openSocket(url, headers) {
      const { hostname } = new URL(url);
      const { address, port } = await locate(hostname);
      return firstMessage(
        new WebSocket(url, {
          headers,
          handshakeTimeout: PATIENCE_MS,
          createConnection: () =>
            tlsConnect({
              host: address,
              port,
              servername: hostname,
              secureContext,
            }),
        }),
      );
    },

    close: () => agent.close(),
  };
}

function firstMessage(socket: WebSocket): Promise<SocketAnswer> {
  return new Promise((resolve, reject) => {
    const finish = (answer: SocketAnswer) => {
      resolve(answer);
      socket.terminate();
    };
    socket.once("message", (message) =>
      finish({ opened: true, message: String(message) }),
    );
    socket.once("unexpected-response", (_request, response) => {
      finish({ opened: false, status: response.statusCode ?? 0 });
      response.destroy();
    });
    socket.on("error", reject);
    // A service that has nothing to say at first is open all the same.
    socket.once("open", () =>
      setTimeout(finish, 2000, { opened: true, message: "" }).unref(),
    );
  });
}

function toHeaders(
  raw: Record<string, string | string[] | undefined>,
): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw))
    for (const one of [value ?? []].flat()) headers.append(name, one);
  return headers;
}

/** Connections over TLS to hosts that a resolver of our own finds. */
export function connections({ ca, locate }: InternetOptions): Agent {
  // Made once: reading all the certificates to trust takes its time.
  const secureContext = createSecureContext({ ca });
  const connectTls = buildConnector({ secureContext });
  return new Agent({
    connect(options, callback) {
      locate(options.hostname).then(
        ({ address, port }) =>
          connectTls(
            {
              ...options,
              servername: options.hostname,
              hostname: address,
              port: String(port),
            },
            callback,
          ),
        (error: Error) => callback(error, null),
      );
    },
  });
}
