import { STATUS_CODES } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { ProviderError } from "../../terraform-plugin/provider";
import type { Json } from "./wire";

/** Attempts after the first. */
const RETRIES = 2;

/** A call that Cloudflare refused, told as the provider tells it. */
export class CallFailed extends ProviderError {
  constructor(
    /** HTTP status; undefined where the connection failed. */
    readonly status: number | undefined,
    detail: string,
  ) {
    super("failed to make http request", detail);
  }
}

/** What every answer of the API has. */
interface Envelope {
  readonly result?: Json;
}

export interface ClientOptions {
  /** `http://127.0.0.1:8080/client/v4` */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Calls Cloudflare's API with the patience of the provider: two more attempts,
 * about 1.5 seconds in all, after a lost connection and the statuses 408, 409,
 * 429 and from 500 on.
 */
export class CloudflareClient {
  constructor(private readonly options: ClientOptions) {}

  /**
   * @param path below the base address, without a slash at its beginning
   * @returns the answer's `result`
   * @throws CallFailed
   */
  async call(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    options: { body?: Json; query?: URLSearchParams; signal: AbortSignal },
  ): Promise<Json> {
    const { body, query, signal } = options;
    const { baseUrl, headers } = this.options;
    const search = query && query.size > 0 ? `?${query}` : "";
    const url = `${baseUrl.replace(/\/*$/, "/")}${path}${search}`;
    for (let attempt = 0; ; attempt++) {
      const outcome = await fetch(url, {
        method,
        headers: {
          ...headers,
          accept: "application/json",
          "x-stainless-retry-count": String(attempt),
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal,
      }).then(
        (answer): Outcome => ({ answer }),
        (lost: Error): Outcome => {
          signal.throwIfAborted();
          return { lost };
        },
      );
      if (attempt < RETRIES && isWorthRetrying(outcome)) {
        await outcome.answer?.body?.cancel();
        await sleep(delay(outcome, attempt), undefined, { signal });
        continue;
      }
      const { answer, lost } = outcome;
      if (answer === undefined)
        throw new CallFailed(undefined, lostConnection(method, url, lost));
      const text = await answer.text();
      if (!answer.ok) {
        const status = `${answer.status} ${STATUS_CODES[answer.status] ?? ""}`;
        throw new CallFailed(
          answer.status,
          `${method} "${url}": ${status} ${text}`,
        );
      }
      return (JSON.parse(text) as Envelope).result ?? null;
    }
  }
}

type Outcome =
  { answer: Response; lost?: undefined } | { lost: Error; answer?: undefined };

function isWorthRetrying({ answer }: Outcome): boolean {
  if (answer === undefined) return true;
  const wish = answer.headers.get("x-should-retry");
  if (wish !== null) return wish === "true";
  return [408, 409, 429].includes(answer.status) || answer.status >= 500;
}

/** Milliseconds before the next attempt. */
function delay({ answer }: Outcome, attempt: number): number {
  const seconds = answer?.headers.get("retry-after") ?? null;
  // Cloudflare's own limit says 300: that long the provider does not wait.
  if (seconds !== null && Number(seconds) < 60) return Number(seconds) * 1000;
  return 500 * 2 ** attempt * (1 - Math.random() / 4);
}

function lostConnection(method: string, url: string, lost: Error): string {
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  const cause = lost.cause as NodeJS.ErrnoException | undefined;
  const reason =
    cause?.code === "UND_ERR_SOCKET" ? "EOF" : (cause ?? lost).message;
  return `${verb} "${url}": ${reason}`;
}
