import { setTimeout as sleep } from "node:timers/promises";
import { codesOf, NOT_ENABLED, statusOf } from "./api-errors";
import { Cloudflare } from "./cloudflare";

/** How someone who waits learns what for, and can stop waiting. */
export interface Progress {
  readonly signal: AbortSignal;
  /** What is going on now: a line of its own, but on a terminal the next one replaces it. */
  say(text: string): void;
  /** As `say` on a terminal, and nothing elsewhere: for what changes every second. */
  tick(text: string): void;
}

/** Cloudflare's limit lasts five minutes at most. */
const RATE_LIMIT_SECONDS = 300;
const RATE_LIMITS = 5;
/** Milliseconds before another attempt after a fault on the way. */
const FAULT_PAUSES = [300, 600, 1200];

/**
 * Asks Cloudflare until it answers: waits for as long as a 429 says, tries a
 * few times more where the connection or the server failed, and once more
 * after a 403, which Access also answers where it means "not so fast". To be
 * given calls that may be made twice, of a client that does not retry by itself.
 *
 * @throws what the last attempt threw, or the signal's reason
 * @see https://developers.cloudflare.com/fundamentals/api/reference/limits/
 */
export async function withRetries<T>(
  ask: (options: { readonly signal: AbortSignal }) => Promise<T>,
  progress: Progress,
): Promise<T> {
  const { signal } = progress;
  let rateLimits = 0;
  let faults = 0;
  let refusals = 0;
  for (;;) {
    signal.throwIfAborted();
    try {
      // One of its own for each attempt: the SDK leaves its listeners behind.
      return await ask({ signal: AbortSignal.any([signal]) });
    } catch (error) {
      signal.throwIfAborted();
      const status = statusOf(error);
      if (status === 429 && rateLimits++ < RATE_LIMITS)
        await countDown(retryAfter(error), progress);
      else if (isFault(error, status) && faults < FAULT_PAUSES.length)
        await sleep(FAULT_PAUSES[faults++], undefined, { signal });
      else if (isThrottling(error, status) && refusals++ === 0)
        await sleep(FAULT_PAUSES[0], undefined, { signal });
      else throw error;
    }
  }
}

async function countDown(
  seconds: number,
  { say, signal, tick }: Progress,
): Promise<void> {
  const text = (left: number) =>
    `Cloudflare's rate limit is reached: continuing in ${left} s`;
  say(text(seconds));
  for (let left = seconds; left > 0; left--) {
    tick(text(left));
    await sleep(1000, undefined, { signal });
  }
}

/** Seconds that an answer asks to wait, as a number or a date. */
function retryAfter(error: unknown): number {
  const header =
    error instanceof Cloudflare.APIError
      ? (error.headers as Headers | undefined)?.get("retry-after")
      : undefined;
  const seconds = /^\d+$/.test(header ?? "")
    ? Number(header)
    : Math.ceil((Date.parse(header ?? "") - Date.now()) / 1000);
  return Number.isNaN(seconds)
    ? RATE_LIMIT_SECONDS
    : Math.min(Math.max(seconds, 1), RATE_LIMIT_SECONDS);
}

function isFault(error: unknown, status: number | undefined): boolean {
  return status === undefined
    ? error instanceof Cloudflare.APIConnectionError
    : status === 408 || status >= 500;
}

function isThrottling(error: unknown, status: number | undefined): boolean {
  return status === 403 && !codesOf(error).includes(NOT_ENABLED);
}
