import { goDuration } from "./duration";

/** The shortest and the longest login that a stack's code can ask for. */
export const SESSIONS = { shortest: "15m", longest: "730h" } as const;

/** Undefined where a login can last so long by the code, else the duration that comes closest. */
export function closestSession(duration: string): string | undefined {
  const length = goDuration(duration) ?? 0;
  const { longest, shortest } = SESSIONS;
  if (length < (goDuration(shortest) ?? 0)) return shortest;
  return length > (goDuration(longest) ?? 0) ? longest : undefined;
}
