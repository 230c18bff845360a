import type { TunnelConfig } from "./document";
import { CallFailure, type Reply } from "./failure";
import { isJsonObject, numberOf, parseJson, printJson } from "./json";

export interface TunnelRef {
  readonly accountId: string;
  readonly tunnelId: string;
}

/** A tunnel's configuration as it stands. */
export interface Configuration {
  /** One more with every write; 0 where there was none. */
  readonly version: number;
  /** `null`: never written. */
  readonly config: TunnelConfig | null;
  /** `local`: the connector reads a file on its host instead. */
  readonly source: string;
}

export interface ApiOptions {
  /** For example https://api.cloudflare.com/client/v4. */
  readonly baseUrl: string;
  readonly apiToken: string;
  /** How long one call may take. @default 30000 */
  readonly timeoutMs?: number;
  /** The proxy to ask through; see `proxyFor`. @default - none */
  readonly proxy?: URL;
}

/** The API has this code for a tunnel whose configuration was never written. */
const NEVER_CONFIGURED = 1055;

/**
 * The calls of Cloudflare's API that a route needs. Each is one request; every
 * failure is a `CallFailure`.
 */
export class TunnelApi {
  constructor(private readonly options: ApiOptions) {}

  /** `undefined`: the account has no such tunnel. */
  async getTunnel(
    tunnel: TunnelRef,
    signal?: AbortSignal,
  ): Promise<{ name: string; deletedAt: string | null } | undefined> {
    const result = await this.#unlessMissing(
      this.#call("GET", pathOf(tunnel), undefined, signal),
    );
    if (!isJsonObject(result)) return undefined;
    const deletedAt = result["deleted_at"];
    return {
      name: String(result["name"]),
      deletedAt: typeof deletedAt === "string" ? deletedAt : null,
    };
  }

  /** `undefined`: the account has no such tunnel. */
  async getConfiguration(
    tunnel: TunnelRef,
    signal?: AbortSignal,
  ): Promise<Configuration | undefined> {
    const path = `${pathOf(tunnel)}/configurations`;
    try {
      return configuration(await this.#call("GET", path, undefined, signal));
    } catch (error) {
      if (!(error instanceof CallFailure) || error.status !== 404) throw error;
      return error.codes.includes(NEVER_CONFIGURED)
        ? { version: 0, config: null, source: "cloudflare" }
        : undefined;
    }
  }

  /**
   * Replaces the whole configuration; answers with its new version. `null`
   * asks for a tunnel without one, which Cloudflare may refuse.
   */
  async putConfiguration(
    tunnel: TunnelRef,
    config: TunnelConfig | null,
  ): Promise<number> {
    const path = `${pathOf(tunnel)}/configurations`;
    return configuration(await this.#call("PUT", path, { config })).version;
  }

  #throughProxy: Promise<Send> | undefined;

  /** Node's own fetch knows no proxies before version 24. */
  #sender(): Send | Promise<Send> {
    const { proxy } = this.options;
    if (proxy === undefined) return fetch;
    return (this.#throughProxy ??= senderThrough(proxy));
  }

  async #unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof CallFailure && error.status === 404)
        return undefined;
      throw error;
    }
  }

  async #call(
    method: "GET" | "PUT",
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

function pathOf({ accountId, tunnelId }: TunnelRef): string {
  const [account, tunnel] = [accountId, tunnelId].map(encodeURIComponent);
  return `/accounts/${account}/cfd_tunnel/${tunnel}`;
}

function configuration(result: unknown): Configuration {
  const { version, config, source } = isJsonObject(result) ? result : {};
  return {
    version: numberOf(version) ?? 0,
    config: isJsonObject(config) ? config : null,
    source: typeof source === "string" ? source : "cloudflare",
  };
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
