import { connect as tlsConnect, createSecureContext } from "node:tls";
import { Agent, buildConnector } from "undici";
import WebSocket from "ws";
import type { Answer, Ask, SocketAnswer } from "./world";

export interface InternetOptions {
  /**
   * Where the server of a host, or of an address, is to be found.
   *
   * @param port the one that is wanted; a rehearsal has another. Default: 443
   */
  readonly locate: (
    hostname: string,
    port?: number,
  ) => Promise<{ readonly address: string; readonly port: number }>;
  /** Certificates to trust beside the system's, in PEM. */
  readonly ca?: string;
}

/** Requests over TLS to hosts that a resolver of our own finds. */
export interface Internet {
  ask(url: string, ask?: Ask): Promise<Answer>;
  /** Asks the machine at an address, whatever certificate it shows. */
  askAt(address: string, url: string): Promise<Answer>;
  openSocket(
    url: string,
    headers: Record<string, string>,
  ): Promise<SocketAnswer>;
  close(): Promise<void>;
}

/** How long an answer may take. */
const TIMEOUT_MS = 30_000;
/** How long a connection may take to a machine that most likely takes none. */
const KNOCK_MS = 3000;

/** The internet as a client sees it that trusts no resolver of its machine. */
export function internet({ ca, locate }: InternetOptions): Internet {
  const agent = connections({ ca, locate });
  const secureContext = createSecureContext({ ca });
  // Going on with one spares both sides the certificate.
  const sessions = new Map<string, Buffer>();
  return {
    ask: (url, ask) => request(agent, url, ask),

    async askAt(address, url) {
      const knocking = connections(
        { ca, locate: (_, port) => locate(address, port) },
        { rejectUnauthorized: false, timeout: KNOCK_MS },
      );
      try {
        return await request(knocking, url);
      } finally {
        await knocking.close();
      }
    },

    async openSocket(url, headers) {
      const { hostname } = new URL(url);
      const { address, port } = await locate(hostname);
      return firstMessage(
        new WebSocket(url, {
          headers,
          handshakeTimeout: TIMEOUT_MS,
          createConnection: () =>
            tlsConnect({
              host: address,
              port,
              servername: hostname,
              secureContext,
              session: sessions.get(hostname),
            }).on("session", (session) => sessions.set(hostname, session)),
        }),
      );
    },

    close: () => agent.close(),
  };
}

async function request(
  agent: Agent,
  url: string,
  { form, headers, method = form ? "POST" : "GET", target }: Ask = {},
): Promise<Answer> {
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
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return {
    status: answer.statusCode,
    headers: toHeaders(answer.headers),
    text: await answer.body.text(),
  };
}

function firstMessage(socket: WebSocket): Promise<SocketAnswer> {
  return new Promise((resolve, reject) => {
    let quiet: NodeJS.Timeout | undefined;
    let headers: Headers | undefined;
    const finish = (answer: SocketAnswer) => {
      clearTimeout(quiet);
      resolve(answer);
      socket.terminate();
    };
    socket.once("upgrade", (answer) => {
      headers = toHeaders(answer.headers);
    });
    socket.once("message", (message) =>
      finish({ opened: true, message: String(message), headers }),
    );
    socket.once("unexpected-response", (_request, response) => {
      const { statusCode: status = 0 } = response;
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("close", () => {
        const text = Buffer.concat(chunks).toString();
        const answer = { status, headers: toHeaders(response.headers), text };
        finish({ opened: false, status, answer });
      });
    });
    socket.on("error", reject);
    // A service that says nothing at first, or closes at once as n8n does to
    // whom it does not know, is open all the same.
    socket.once("open", () => {
      const silent: SocketAnswer = { opened: true, message: "", headers };
      quiet = setTimeout(finish, 2000, silent);
      socket.once("close", () => finish(silent));
    });
  });
}

function toHeaders(raw: Readonly<NodeJS.Dict<string | string[]>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw))
    for (const one of [value ?? []].flat()) headers.append(name, one);
  return headers;
}

/** Connections to hosts that a resolver of our own finds. */
export function connections(
  { ca, locate }: InternetOptions,
  options: {
    /** @default true */
    readonly rejectUnauthorized?: boolean;
    /** Milliseconds that a connection may take. @default 10000 */
    readonly timeout?: number;
  } = {},
): Agent {
  // Made once: reading all the certificates to trust takes its time.
  const secureContext = createSecureContext({ ca });
  const connectTls = buildConnector({
    secureContext,
    maxCachedSessions: 1000,
    ...options,
  });
  return new Agent({
    connect(options, callback) {
      const usual = options.protocol === "https:" ? 443 : 80;
      locate(options.hostname, Number(options.port) || usual).then(
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
