/** `2026-11-24 19:58` of an ISO time: the log's times are UTC. */
export function minute(at: string): string {
  return at.slice(0, 16).replace("T", " ");
}
