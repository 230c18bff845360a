import {
  fetch,
  getGlobalDispatcher,
  Request as OwnRequest,
  WebSocket,
  type Dispatcher,
} from "undici";
import { credentialsFrom, type Credentials } from "./credentials";
import { gate } from "./gate";
import {
  nodesResponse,
  ownInit,
  ownRequest,
  type FetchInit,
  type FetchInput,
} from "./own-types";
import { AccessRefusedError } from "./refusal";

/** Which service, with which token. */
export interface AccessFetchOptions {
  /** Where the service is: `https://comfyui.example.com`. A path is not looked at. */
  readonly origin: string | URL;
  /** Half of the service token, `….access`. @default - none is sent, and it is plain `fetch` */
  readonly clientId?: string | undefined;
  /** The other half. @default - as `clientId` */
  readonly clientSecret?: string | undefined;
  /** What makes the connections. @default - undici's global dispatcher */
  readonly dispatcher?: Dispatcher;
}

/** `fetch` for one service behind Access, for whatever takes a `fetch`. */
export interface AccessFetch {
  /**
   * As Node's own `fetch`, with the pair sent to the service's origin; a path
   * alone means one of the service. Bodies stream both ways, and nothing is
   * tried again. The answer is undici's `Response`: it has all members of
   * Node's own, and is no instance of that class.
   *
   * @throws AccessRefusedError where Access does not let the request through
   */
  (input: FetchInput, init?: FetchInit): Promise<Response>;
  /**
   * Opens a WebSocket, and gives it once it is open.
   *
   * @throws AccessRefusedError where Access does not let it through
   */
  webSocket(url: string | URL, protocols?: string[]): Promise<WebSocket>;
}

/**
 * Makes a `fetch` that sends a service token to one origin.
 *
 * The pair goes there alone: not to another host, not over plain HTTP, not
 * where a redirect leads. On this machine's own addresses, as on the host of
 * the service, nothing is sent and it is plain `fetch`.
 *
 * @example
 * ```ts
 * import { createAccessFetch } from "access-stacks/client";
 *
 * const wiki = createAccessFetch({
 *   origin: "https://wiki.example.com",
 *   clientId: process.env.WIKI_ACCESS_CLIENT_ID,
 *   clientSecret: process.env.WIKI_ACCESS_CLIENT_SECRET,
 * });
 * export const pages = async (): Promise<unknown> =>
 *   (await wiki("/api/pages")).json();
 * ```
 * @throws TypeError where the origin is no URL or plain HTTP, or one half of the
 * pair is missing
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/
 */
export function createAccessFetch(options: AccessFetchOptions): AccessFetch {
  const origin = originIn(options);
  const credentials = pairFor(origin, options);
  const connections = options.dispatcher ?? getGlobalDispatcher();
  const dispatcher = connections.compose(gate(origin.origin, credentials));

  const accessFetch = async (input: FetchInput, init?: FetchInit) => {
    try {
      // Node's own takes null, too.
      const options = { ...ownInit(init ?? {}), dispatcher };
      return nodesResponse(await fetch(target(input, origin), options));
    } catch (error) {
      throw refusalIn(error) ?? error;
    }
  };
  const webSocket = (url: string | URL, protocols: string[] = []) => {
    const address = resolve(url, origin);
    address.protocol = address.protocol.replace("http", "ws");
    // A WebSocket keeps to itself what failed its handshake.
    let refusal: AccessRefusedError | undefined;
    const watched = connections.compose(
      gate(origin.origin, credentials, (seen) => (refusal = seen)),
    );
    return new Promise<WebSocket>((resolve, reject) => {
      const socket = new WebSocket(address, { protocols, dispatcher: watched });
      socket.addEventListener("open", () => resolve(socket), { once: true });
      socket.addEventListener(
        "error",
        ({ error, message }) => {
          const failed = message || `no WebSocket opened at ${address.host}`;
          reject(refusal ?? new Error(failed, { cause: error }));
        },
        { once: true },
      );
    });
  };
  return Object.assign(accessFetch, { webSocket });
}

/**
 * As `fetch`, with a service's pair out of the environment, for example
 * `COMFYUI_ACCESS_CLIENT_ID` and `COMFYUI_ACCESS_CLIENT_SECRET`. It goes to the
 * origin of this URL and nowhere else. Without both it is plain `fetch`.
 *
 * @example
 * ```ts
 * import { accessFetch } from "access-stacks/client";
 *
 * const url = "https://comfyui.example.com/prompt";
 * export const queue = (prompt: object) =>
 *   accessFetch("comfyui", url, {
 *     method: "POST",
 *     body: JSON.stringify({ prompt }),
 *   });
 * ```
 * @throws AccessRefusedError where Access does not let the request through
 */
export async function accessFetch(
  service: string,
  url: string | URL | Request,
  init?: FetchInit,
): Promise<Response> {
  const credentials = credentialsFrom(process.env, service);
  const origin = url instanceof Request ? url.url : url;
  return createAccessFetch({ ...credentials, origin })(url, init);
}

function originIn({ origin }: Partial<AccessFetchOptions> = {}): URL {
  if (URL.canParse(String(origin))) return new URL(String(origin));
  throw new TypeError(
    `origin has to be where the service is, such as https://wiki.example.com, got ${String(origin)}`,
  );
}

function pairFor(
  origin: URL,
  { clientId, clientSecret }: Partial<Credentials>,
): Credentials | undefined {
  if (!clientId && !clientSecret) return undefined;
  if (!clientId || !clientSecret)
    throw new TypeError("Access needs both clientId and clientSecret");
  if (origin.protocol === "https:") return { clientId, clientSecret };
  if (isLoopback(origin.hostname)) return undefined;
  throw new TypeError(
    `a service token is sent over HTTPS only: write https://${origin.host}`,
  );
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

function target(input: FetchInput, origin: URL) {
  if (input instanceof Request) return ownRequest(input);
  return input instanceof OwnRequest ? input : resolve(input, origin);
}

function resolve(input: string | URL, origin: URL): URL {
  return new URL(String(input), origin);
}

/** `fetch` wraps what went wrong. */
function refusalIn(error: unknown): AccessRefusedError | undefined {
  if (error instanceof AccessRefusedError) return error;
  return error instanceof Error ? refusalIn(error.cause) : undefined;
}
