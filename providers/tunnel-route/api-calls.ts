import { CallFailure, type Reply } from "./failure";
import { isJsonObject, numberOf, parseJson, printJson } from "./json";

export interface ApiOptions {
  /** For example https://api.cloudflare.com/client/v4. */
  readonly baseUrl: string;
  readonly apiToken: string;
  /** How long one call may take. @default 30000 */
  readonly timeoutMs?: number;
  /** The proxy to ask through; see `proxyFor`. @default - none */
  readonly proxy?: URL;
}

/** Calls of Cloudflare's API: each is one request; every failure is a `CallFailure`. */
export class ApiCalls {
  constructor(private readonly options: ApiOptions) {}

  /** What the answer holds, unwrapped. */
  async call(
    method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE",
    path: string,
    body?: object,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const { baseUrl, apiToken, timeoutMs = 30_000 } = this.options;
    const call = `${method} ${path}`;
    const timeout = AbortSignal.timeout(timeoutMs);
    let reply: Reply;
    try {
      const send = await this.#sender();
      const response = await send(baseUrl.replace(/\/+$/, "") + path, {
        method,
        headers: {
          authorization: `Bearer ${apiToken}`,
          "content-type": "application/json",
          "user-agent": "access-stacks",
        },
        body: body && printJson(body),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      const { status, headers } = response;
      const retryAfter = headers.get("retry-after");
      reply = { status, retryAfter, ...envelope(await response.text()) };
    } catch (error) {
      signal?.throwIfAborted();
      throw timeout.aborted
        ? CallFailure.slow(call, timeoutMs)
        : CallFailure.noAnswer(call, error, this.options.proxy);
    }
    if (reply.status < 200 || reply.status > 299 || !reply.success)
      throw CallFailure.refused(call, reply);
    return reply.result;
  }

  #throughProxy: Promise<Send> | undefined;

  /** Node's own fetch knows no proxies before version 24. */
  #sender(): Send | Promise<Send> {
    const { proxy } = this.options;
    if (proxy === undefined) return fetch;
    return (this.#throughProxy ??= senderThrough(proxy));
  }
}

/** As much of `fetch` as a call needs. */
type Send = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: { readonly [name: string]: string };
    readonly body?: string;
    readonly signal: AbortSignal;
  },
) => Promise<
  Pick<Response, "status" | "text"> & { headers: Pick<Headers, "get"> }
>;

async function senderThrough(proxy: URL): Promise<Send> {
  // Only where there is a proxy: loading it takes longer than a call.
  const { fetch: send, ProxyAgent } = await import("undici");
  const { protocol, origin, href, username, password } = proxy;
  const credentials = [username, password].map(decodeURIComponent).join(":");
  const dispatcher = new ProxyAgent({
    uri: protocol === "socks5:" ? href : origin,
    token: username
      ? `Basic ${Buffer.from(credentials).toString("base64")}`
      : undefined,
    // An http URL is asked of the proxy itself, as Go's programs do.
    proxyTunnel: false,
  });
  return (url, init) => send(url, { ...init, dispatcher });
}

/** What every answer is wrapped in; a proxy's page in between is not. */
function envelope(text: string): Omit<Reply, "status" | "retryAfter"> {
  let parsed: unknown;
  try {
    parsed = parseJson(text);
  } catch {
    parsed = undefined;
  }
  if (!isJsonObject(parsed)) {
    return { success: false, result: null, errors: [] };
  }
  const errors = Array.isArray(parsed["errors"]) ? parsed["errors"] : [];
  return {
    success: parsed["success"] === true,
    result: parsed["result"],
    errors: errors.filter(isJsonObject).map((error) => ({
      code: numberOf(error["code"]) ?? 0,
      message: String(error["message"]),
    })),
  };
}
