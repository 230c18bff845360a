import { setTimeout as delay } from "node:timers/promises";
import type { Diagnostics } from "../../terraform-plugin/provider";
import { CallFailure } from "./failure";

/** Waits, and says why; rejects when the signal is aborted meanwhile. */
export type Sleep = (
  ms: number,
  signal: AbortSignal,
  reason: string,
) => Promise<void>;

/**
 * Terraform shows in its log what goes to standard error. Its plugin protocol
 * has nothing that could reach the user earlier than with the outcome: an apply
 * is one call with one answer, and "Still creating..." is Terraform's own.
 *
 * @see https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
 */
export const sleep: Sleep = (ms, signal, reason) => {
  process.stderr.write(`[WARN] ${reason}; retrying in ${seconds(ms)}\n`);
  return delay(ms, undefined, { signal });
};

const MOST_TRIES = 6;
/** A 403 is rarely temporary: Cloudflare seldom throttles with it. */
const MOST_TRIES_REFUSED = 4;
const LONGEST_RETRY_AFTER_MS = 30_000;
const FIRST_WAIT_MS = 500;

/** A failed try, and how long was waited after it. */
interface Try {
  readonly failure: CallFailure;
  readonly waitMs: number;
}

/**
 * Tries something again while what fails is a call that may pass another time:
 * 429 with a wait of up to 30 s, 403 a few times, 5xx, connections lost, no
 * answer. The waits double. The user is told every try with its reason and the
 * wait after it, whether it helped or not.
 *
 * @throws CallFailure of the last try
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  { diagnostics, signal }: { diagnostics: Diagnostics; signal: AbortSignal },
  wait: Sleep,
): Promise<T> {
  const tries: Try[] = [];
  const tell = (times: number) =>
    diagnostics.warn(
      `Cloudflare needed ${times} attempts: ${tries.at(-1)!.failure.what}`,
      tries.map(print).join("\n"),
    );
  for (;;) {
    try {
      const result = await attempt();
      if (tries.length > 0) tell(tries.length + 1);
      return result;
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      const waitMs = nextWait(error, tries.length + 1);
      if (waitMs === undefined) throw error.givenUp(tries.map(print));
      tries.push({ failure: error, waitMs });
    }
    const { waitMs, failure } = tries.at(-1)!;
    try {
      await wait(waitMs, signal, failure.summary);
    } catch (stopped) {
      tell(tries.length);
      throw stopped;
    }
  }
}

function print({ failure, waitMs }: Try, index: number): string {
  return `${index + 1}. ${failure.what} (${failure.call}); waited ${seconds(waitMs)}`;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** Undefined: don't try again. */
function nextWait(failure: CallFailure, tries: number): number | undefined {
  if (!failure.passing) return undefined;
  if (tries >= (failure.status === 403 ? MOST_TRIES_REFUSED : MOST_TRIES))
    return undefined;
  const asked = failure.retryAfterMs ?? 0;
  if (asked > LONGEST_RETRY_AFTER_MS) return undefined;
  // Many deploys that failed together must not come back together.
  const own = FIRST_WAIT_MS * 2 ** (tries - 1) * (0.75 + Math.random() / 2);
  return Math.max(asked, own);
}
