const DAY_MS = 86_400_000;
/** Time enough to replace something. */
const SOON_DAYS = 30;

/**
 * When something ends, for people, and whether that is within 30 days or past.
 *
 * @param at RFC 3339; undefined: never
 */
export function expiry(
  at: string | null | undefined,
  now: Date,
): { readonly soon: boolean; readonly text: string } {
  if (!at) return { soon: false, text: "without an end" };
  const days = Math.floor((Date.parse(at) - now.getTime()) / DAY_MS);
  const date = at.slice(0, 10);
  if (days < 0) return { soon: true, text: `ended on ${date}` };
  return { soon: days <= SOON_DAYS, text: `ends on ${date} (${days} days)` };
}
