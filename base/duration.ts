const MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  // Go takes both letters that look like this.
  "\u00b5s": 1e-3,
  "\u03bcs": 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const DAY = 86_400_000;
/** Go counts nanoseconds in 63 bits: about 292 years. */
const MOST = 2 ** 63 / 1e6;

const PART = /(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h|d)/y;

/**
 * Milliseconds of a duration in Go's grammar, which Cloudflare and Terraform
 * write: `24h`, `1h30m`, `1.5h`, `0`. Undefined for anything else, and for
 * negative ones, which nothing here takes.
 *
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function goDuration(text: string): number | undefined {
  return sum(text, MILLISECONDS);
}

/**
 * Milliseconds of a time that an option takes: Go's grammar, and days (`7d`,
 * `1d12h`); a number alone is of seconds.
 */
export function timeSpan(text: string): number | undefined {
  const seconds = /^(\d+\.?\d*|\.\d+)$/.test(text);
  return sum(seconds ? `${text}s` : text, { ...MILLISECONDS, d: DAY });
}

/** What `timeSpan` reads, for help and messages. */
export const TIME_SPANS = "30s, 5m, 24h, 7d, or a number of seconds";

function sum(
  text: string,
  units: Readonly<Record<string, number>>,
): number | undefined {
  if (/^\+?0$/.test(text)) return 0;
  let at = text.startsWith("+") ? 1 : 0;
  if (at === text.length) return undefined;
  let total = 0;
  while (at < text.length) {
    PART.lastIndex = at;
    const [part, amount, unit = ""] = PART.exec(text) ?? [];
    const factor = units[unit];
    if (part === undefined || factor === undefined) return undefined;
    total += Number(amount) * factor;
    at += part.length;
  }
  return total < MOST ? total : undefined;
}
