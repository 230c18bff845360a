import { timeSpan } from "../base/duration";

const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Reads when to begin: how long ago (`90m`, `24h`, `7d`, seconds) or an ISO 8601 time;
 * undefined for anything else, and for what is not past.
 */
export function readSince(text: string, now: Date): Date | undefined {
  const ago = timeSpan(text);
  const time = ago === undefined ? parse(text) : now.getTime() - ago;
  return time < now.getTime() ? new Date(time) : undefined;
}

function parse(text: string): number {
  return ISO.test(text) ? Date.parse(text) : NaN;
}
