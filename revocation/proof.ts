import { setTimeout as sleep } from "node:timers/promises";
import type { Progress } from "../account/with-retries";

/** What became of sessions, by one way to see it. */
export interface Proof {
  /** What was looked at. */
  readonly of: string;
  readonly status: "ended" | "not ended" | "not checked";
  /** What was seen before and after, or why nothing could be. */
  readonly seen: string;
}

/** Something that tells whether sessions go on. */
export interface Observation {
  readonly of: string;
  /** What was seen before the revocation. */
  readonly before: string;
  look(): Promise<{ readonly ended: boolean; readonly seen: string }>;
}

/** Cloudflare needs 20 to 30 seconds to tell all of its places. */
const PAUSE = 2000;

/**
 * Looks until each observation has seen the end, or the time is over.
 *
 * @param wait milliseconds
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/access-settings/session-management/#log-out-as-a-user
 */
export function observe(
  observations: readonly Observation[],
  wait: number,
  progress: Progress,
): Promise<Proof[]> {
  const until = Date.now() + wait;
  return Promise.all(
    observations.map((observation) => observeOne(observation, until, progress)),
  );
}

async function observeOne(
  { before, look, of }: Observation,
  until: number,
  { signal, tick }: Progress,
): Promise<Proof> {
  for (;;) {
    signal.throwIfAborted();
    const now = await look().catch((error: Error) => error);
    const seen = now instanceof Error ? `nothing (${now.message})` : now.seen;
    const both = `${before} before, ${seen} after`;
    if (!(now instanceof Error) && now.ended)
      return { of, status: "ended", seen: both };
    if (Date.now() >= until)
      return {
        of,
        status: now instanceof Error ? "not checked" : "not ended",
        seen: both,
      };
    tick(`Waiting for ${of} to end: ${seen} so far`);
    await sleep(PAUSE, undefined, { signal });
  }
}
