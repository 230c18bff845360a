import type { AccountReader } from "../account/account-reader";
import type { CredentialVariables } from "../client/credentials";
import type { DatedGuest } from "../contract/guests";
import type { AccessPromise } from "../contract/promises";

/** What came back from a request; redirects are never followed. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /**
   * Path and query as they go over the wire, in this very spelling.
   *
   * @default - those of the URL, which has `..` and `%2e%2e` resolved
   */
  readonly target?: string;
  /** Fields of a form that is sent. */
  readonly form?: Readonly<Record<string, string>>;
}

/** How an attempt to open a WebSocket ended. */
export type SocketAnswer =
  | {
      readonly opened: true;
      readonly message: string;
      /** Of the answer that opened it. @default - not known */
      readonly headers?: Headers;
    }
  | {
      readonly opened: false;
      readonly status: number;
      /** What came instead. @default - not known */
      readonly answer?: Answer;
    };

/** Somebody with a browser, who can log in. */
export interface Person {
  readonly email: string;
  /**
   * Opens a page and follows wherever it leads, log-in included. The answer is
   * the page where it ends.
   */
  visit(url: string): Promise<Answer & { readonly url: string }>;
  /** Asks with the cookies of the visits so far. */
  ask(url: string, ask?: Ask): Promise<Answer>;
  openSocket(url: string): Promise<SocketAnswer>;
}

/** What a host shows when someone connects to it over TLS. */
export interface Certificate {
  /** Why a client refuses it; undefined where it is in order. */
  readonly fault?: string;
  /** Hosts it is for. */
  readonly names: readonly string[];
  readonly validUntil: Date;
}

/** Something of a machine that waits for connections. */
export interface ListeningSocket {
  /** `127.0.0.1`, `0.0.0.0`, `::` … */
  readonly address: string;
  readonly port: number;
}

/** The places a service can be reached from, as far as they can be tried. */
export interface World {
  /** From anywhere on the internet. */
  ask(url: string, ask?: Ask): Promise<Answer>;
  /** The machine at an address, whatever certificate it shows. */
  askAt?(address: string, url: string): Promise<Answer>;
  openSocket(
    url: string,
    headers: Record<string, string>,
  ): Promise<SocketAnswer>;
  /** The certificate of a host, whether or not it is to be trusted. */
  certificate?(hostname: string): Promise<Certificate>;
  /** The Cloudflare account, where its API may be asked. */
  readonly account?: AccountReader;
  /** What listens on the machine that runs the service, TCP. */
  sockets?(): Promise<readonly ListeningSocket[]>;
  /** On the machine that runs the service. */
  readonly host?: { ask(url: string): Promise<Answer> };
  /** In a container beside the service. */
  readonly neighbour?: { ask(url: string): Promise<Answer> };
  /** People who can be asked to log in. */
  readonly people?: { readonly allowed: Person; readonly other: Person };
}

/** A service token beside the first that is for the whole host. */
export interface FurtherToken {
  readonly name: string;
  readonly clientId: string;
  /** Undefined where it was made elsewhere and the environment has none. */
  readonly clientSecret?: string;
  /** Variables of the environment that its pair is looked for in. @default - the service's */
  readonly variables?: CredentialVariables;
  /** Paths that it is limited to, each with all below. @default - the whole host */
  readonly paths?: readonly string[];
}

/** What was deployed for one service, as its stack's outputs tell. */
export interface Deployed {
  /** Name of its stack, for commands in a remedy. */
  readonly name: string;
  readonly hostname: string;
  readonly aud: string;
  readonly teamName: string;
  readonly pageText: string;
  readonly apiPath: string;
  readonly webSocketPath?: string;
  readonly localUrl: string;
  readonly containerUrl: string;
  /** Paths that are open to everyone, with all below them. @default - none */
  readonly openPaths?: readonly string[];
  /** The first token that is for the whole host. @default - none is */
  readonly token?: {
    readonly name?: string;
    readonly clientId: string;
    /** Undefined where it was made elsewhere and the environment has none. */
    readonly clientSecret?: string;
    /** Variables of the environment that its pair is looked for in. @default - the service's */
    readonly variables?: CredentialVariables;
    /** ISO 8601. @default - it never expires */
    readonly expiresAt?: string;
  };
  /** All other tokens. @default - none */
  readonly furtherTokens?: readonly FurtherToken[];
  /** Those whose day is over as well. @default - none */
  readonly guests?: readonly DatedGuest[];
  /** What the owner has promised. @default - nothing further */
  readonly promises?: readonly AccessPromise[];
}
