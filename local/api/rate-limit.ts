import type { Account } from "../account";

const QUOTA = 1200;
const WINDOW_SECONDS = 300;

/**
 * The headers by which Cloudflare tells how many calls are left: those of
 * today, and those of September 2025, which clients still read.
 *
 * @param remaining calls that are left in this window
 * @param seconds until the next window
 * @see https://developers.cloudflare.com/fundamentals/api/reference/limits/
 */
export function rateLimitHeaders(
  remaining: number,
  seconds: number,
): Record<string, string> {
  return {
    ratelimit: `"default";r=${remaining};t=${seconds}`,
    "ratelimit-policy": `"default";q=${QUOTA};w=${WINDOW_SECONDS}`,
    "x-ratelimit-limit": String(QUOTA),
    "x-ratelimit-remaining": String(remaining),
  };
}

/** Counts the calls of each API token, and tells what is left to it. */
export function callCounter(
  account: Account,
): (request: Request) => Record<string, string> {
  const windows = new Map<string | null, { calls: number; ends: number }>();
  return (request) => {
    const token = request.headers.get("authorization");
    const now = account.now().getTime();
    let current = windows.get(token);
    if (current === undefined || current.ends <= now)
      current = { calls: 0, ends: now + WINDOW_SECONDS * 1000 };
    current.calls += 1;
    windows.set(token, current);
    return rateLimitHeaders(
      Math.max(QUOTA - current.calls, 0),
      Math.ceil((current.ends - now) / 1000),
    );
  };
}
