import {
  fetch,
  getGlobalDispatcher,
  Request,
  WebSocket,
  type Dispatcher,
  type RequestInfo,
  type RequestInit,
  type Response,
} from "undici";
import { credentialsFrom, type Credentials } from "./credentials";
import { gate } from "./gate";
import { AccessRefusedError } from "./refusal";

export interface AccessFetchOptions extends Partial<Credentials> {
  /** Where the service is: `https://comfyui.example.com`. A path is not looked at. */
  readonly origin: string | URL;
  /** What makes the connections. @default - undici's global dispatcher */
  readonly dispatcher?: Dispatcher;
}

/** `fetch` for one service behind Access. */
export interface AccessFetch {
  /**
   * As `fetch`, with the pair sent to the service's origin; a path alone means
   * one of the service. Bodies stream both ways, and nothing is tried again.
   *
   * @throws AccessRefusedError where Access does not let the request through
   */
  (input: RequestInfo, init?: RequestInit): Promise<Response>;
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
 * @throws TypeError where one half of the pair is missing, or the origin is plain HTTP
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/
 */
export function createAccessFetch(options: AccessFetchOptions): AccessFetch {
  const origin = new URL(options.origin);
  const credentials = pairFor(origin, options);
  const connections = options.dispatcher ?? getGlobalDispatcher();
  const dispatcher = connections.compose(gate(origin.origin, credentials));

  const accessFetch = async (input: RequestInfo, init: RequestInit = {}) => {
    const target = input instanceof Request ? input : resolve(input, origin);
    try {
      return await fetch(target, { ...init, dispatcher });
    } catch (error) {
      throw refusalIn(error) ?? error;
    }
  };
  const webSocket = (url: string | URL, protocols: string[] = []) => {
    const target = resolve(url, origin);
    target.protocol = target.protocol.replace("http", "ws");
    // A WebSocket keeps to itself what failed its handshake.
    let refusal: AccessRefusedError | undefined;
    const watched = connections.compose(
      gate(origin.origin, credentials, (seen) => (refusal = seen)),
    );
    return new Promise<WebSocket>((resolve, reject) => {
      const socket = new WebSocket(target, { protocols, dispatcher: watched });
      socket.addEventListener("open", () => resolve(socket), { once: true });
      socket.addEventListener(
        "error",
        ({ error, message }) => {
          const failed = message || `no WebSocket opened at ${target.host}`;
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
 * @example await accessFetch("comfyui", "https://comfyui.example.com/prompt", { method: "POST", body });
 * @throws AccessRefusedError where Access does not let the request through
 */
export async function accessFetch(
  service: string,
  url: string | URL,
  init?: RequestInit,
): Promise<Response> {
  const credentials = credentialsFrom(process.env, service);
  return createAccessFetch({ ...credentials, origin: url })(url, init);
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

function resolve(input: Exclude<RequestInfo, Request>, origin: URL): URL {
  return new URL(String(input), origin);
}

/** `fetch` wraps what went wrong. */
function refusalIn(error: unknown): AccessRefusedError | undefined {
  if (error instanceof AccessRefusedError) return error;
  return error instanceof Error ? refusalIn(error.cause) : undefined;
}
