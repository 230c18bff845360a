/** Long enough for services that are looked at together, too short for a check that is tried again. */
const FRESH_MS = 1500;

/** Asks, or gives the answer of the last time it was asked under this key. */
export type Shared = <T>(key: string, ask: () => Promise<T>) => Promise<T>;

/**
 * Has those who ask for the same thing share one answer: while it is on its
 * way, and as long as it is fresh. Failures are shared as well.
 *
 * @param freshMs how long, in milliseconds, after it has come
 */
export function shared(freshMs = FRESH_MS): Shared {
  const known = new Map<string, { answer: Promise<unknown>; until: number }>();
  return <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const recent = known.get(key);
    if (recent && Date.now() < recent.until) return recent.answer as Promise<T>;
    const entry = { answer: ask(), until: Infinity };
    known.set(key, entry);
    const arrived = () => {
      entry.until = Date.now() + freshMs;
    };
    entry.answer.then(arrived, arrived);
    return entry.answer;
  };
}
