const SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

const WHOLE = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/;
const PART = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g;

/**
 * Seconds of a duration as Cloudflare writes it: `24h`, `30m`, `1h30m`, `0s`.
 * Undefined for anything else.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/access-settings/session-management/
 */
export function durationSeconds(duration: string): number | undefined {
  if (!WHOLE.test(duration)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of duration.matchAll(PART)) {
    seconds += Number(amount) * (SECONDS[unit ?? ""] ?? 0);
  }
  return seconds;
}
