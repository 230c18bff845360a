import {
  Agent as PlainAgent,
  request as plainRequest,
  type IncomingMessage,
} from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import { text as textOf } from "node:stream/consumers";
import {
  createSecureContext,
  type ConnectionOptions,
  type TLSSocket,
} from "node:tls";
import WebSocket from "ws";
import { certificateOf, shownOn } from "./certificate";
import type { Answer, Ask, Certificate, SocketAnswer } from "./world";

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
  /** The certificate of a host, whether or not it is to be trusted. */
  certificate(hostname: string): Promise<Certificate>;
  close(): Promise<void>;
}

/** How long an answer may take. */
const TIMEOUT_MS = 30_000;
/** How long a connection may take to a machine that most likely takes none. */
const KNOCK_MS = 3000;
/** How long a connection is kept: less than servers wait for its next request. */
const IDLE_MS = 4000;

/** The internet as a client sees it that trusts no resolver of its machine. */
export function internet({ ca, locate }: InternetOptions): Internet {
  // Made once: reading all the certificates to trust takes its time.
  const secureContext = createSecureContext({ ca });
  const kept = connections(locate, { secureContext });
  return {
    ask: (url, ask) => request(kept, url, ask),

    async askAt(address, url) {
      const knocking = connections(
        (_, port) => locate(address, port),
        { rejectUnauthorized: false, secureContext },
        KNOCK_MS,
      );
      try {
        return await request(knocking, url);
      } finally {
        knocking.close();
      }
    },

    openSocket: (url, headers) =>
      firstMessage(
        new WebSocket(url, {
          agent: kept.secure,
          headers,
          handshakeTimeout: TIMEOUT_MS,
        }),
      ),

    async certificate(hostname) {
      const shown = kept.certificates.get(hostname);
      // What is asked for again is looked at again.
      kept.certificates.delete(hostname);
      return (await shown) ?? certificateOf(hostname, { ca, locate });
    },

    close: async () => kept.close(),
  };
}

async function request(
  { plain, secure }: Connections,
  url: string,
  { form, headers, method = form ? "POST" : "GET", target }: Ask = {},
): Promise<Answer> {
  const { hostname, pathname, port, protocol, search } = new URL(url);
  const isPlain = protocol === "http:";
  let late: NodeJS.Timeout | undefined;
  const answered = new Promise<Answer>((resolve, reject) => {
    const asking = (isPlain ? plainRequest : secureRequest)({
      agent: isPlain ? plain : secure,
      hostname,
      port,
      // Not as part of a URL: reading one resolves what a target spells out.
      path: target ?? pathname + search,
      method,
      headers: {
        accept: "text/html,*/*",
        ...(form && { "content-type": "application/x-www-form-urlencoded" }),
        ...headers,
      },
    });
    asking.on("response", (answer) => {
      textOf(answer).then(
        (text) =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: toHeaders(answer),
            text,
          }),
        reject,
      );
    });
    asking.on("error", reject);
    late = setTimeout(() => {
      reject(new Error(`no answer in ${TIMEOUT_MS / 1000} s`));
      asking.destroy();
    }, TIMEOUT_MS);
    asking.end(form && new URLSearchParams(form).toString());
  });
  return answered.finally(() => clearTimeout(late));
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
      headers = toHeaders(answer);
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
        const answer = { status, headers: toHeaders(response), text };
        // Its connection is kept for what is asked next.
        resolve({ opened: false, status, answer });
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

function toHeaders({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value);
  return headers;
}

interface Connections {
  readonly plain: PlainAgent;
  readonly secure: SecureAgent;
  /** What hosts show on connections that are made or begun. */
  readonly certificates: Map<string, Promise<Certificate | undefined>>;
  close(): void;
}

/** Connections to hosts that a resolver of our own finds; WebSockets take over kept ones. */
function connections(
  locate: InternetOptions["locate"],
  options: Pick<ConnectionOptions, "rejectUnauthorized" | "secureContext">,
  connectTimeout = 10_000,
): Connections {
  const all = { keepAlive: true, timeout: IDLE_MS };
  const plain = new PlainAgent(all);
  // Going on with a session spares both sides the certificate.
  const secure = new SecureAgent({
    ...all,
    ...options,
    maxCachedSessions: 1000,
  });
  const certificates: Connections["certificates"] = new Map();
  const find = (agent: PlainAgent, usual: number, ready: string) => {
    const connect = agent.createConnection.bind(agent);
    agent.createConnection = (wanted, done) => {
      const host = String(wanted.host);
      const connecting = locate(host, Number(wanted.port) || usual).then(
        ({ address, port }) => {
          const socket = connect({ ...wanted, host: address, port })!;
          const late = setTimeout(
            () =>
              socket.destroy(
                new Error(`no connection in ${connectTimeout / 1000} s`),
              ),
            connectTimeout,
          );
          const arrived = () => clearTimeout(late);
          socket.once(ready, arrived).once("close", arrived);
          done?.(null, socket);
          return socket;
        },
      );
      connecting.catch((error: Error) => done?.(error, undefined!));
      if (agent === secure && !certificates.has(host))
        certificates.set(
          host,
          connecting.then(
            (socket) => shownOn(socket as TLSSocket),
            () => undefined,
          ),
        );
      return undefined;
    };
  };
  find(plain, 80, "connect");
  find(secure, 443, "secureConnect");
  return {
    plain,
    secure,
    certificates,
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}
