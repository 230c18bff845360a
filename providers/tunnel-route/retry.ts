import { setTimeout as delay } from "node:timers/promises";
import type { Diagnostics } from "../../terraform-plugin/provider";
import { CallFailure } from "./failure";

/** Waits, and says why; rejects when the signal is aborted meanwhile. */
export type Sleep = (
  ms: number,
  signal: AbortSignal,
  reason: string,
) => Promise<void>;

/** Terraform shows in its log what goes to standard error. */
export const sleep: Sleep = (ms, signal, reason) => {
  const seconds = (ms / 1000).toFixed(1);
  process.stderr.write(`[WARN] ${reason}; trying again in ${seconds} s\n`);
  return delay(ms, undefined, { signal });
};

const MOST_TRIES = 6;
/** A 403 is rarely the weather: Cloudflare throttles with it, but seldom. */
const MOST_TRIES_REFUSED = 4;
const LONGEST_RETRY_AFTER_MS = 30_000;
const FIRST_WAIT_MS = 500;

/**
 * Tries something again while what fails is a call that may pass another time:
 * 429 with a wait of up to 30 s, 403 a few times, 5xx, connections lost, no
 * answer. The waits double; the user is told what was waited for.
 *
 * @throws CallFailure of the last try
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  { diagnostics, signal }: { diagnostics: Diagnostics; signal: AbortSignal },
  wait: Sleep,
): Promise<T> {
  const failures: CallFailure[] = [];
  for (;;) {
    try {
      const result = await attempt();
      tell(failures, diagnostics);
      return result;
    } catch (error) {
      if (!(error instanceof CallFailure) || !error.passing) throw error;
      failures.push(error);
      const ms = nextWait(error, failures.length);
      if (ms === undefined) throw error.givenUp(failures.length);
      await wait(ms, signal, error.summary);
    }
  }
}

function tell(failures: readonly CallFailure[], diagnostics: Diagnostics) {
  if (failures.length === 0) return;
  diagnostics.warn(
    `Cloudflare had to be asked ${failures.length + 1} times`,
    failures.map((f) => `${f.summary}\n${f.detail.split("\n")[0]}`).join("\n"),
  );
}

/** Undefined: don't try again. */
function nextWait(failure: CallFailure, tries: number): number | undefined {
  if (tries >= (failure.status === 403 ? MOST_TRIES_REFUSED : MOST_TRIES))
    return undefined;
  const asked = failure.retryAfterMs;
  if (asked !== undefined)
    return asked > LONGEST_RETRY_AFTER_MS ? undefined : asked;
  // Many deploys that failed together must not come back together.
  return FIRST_WAIT_MS * 2 ** (tries - 1) * (0.75 + Math.random() / 2);
}
