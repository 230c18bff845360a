import { foreignCalls } from "./expressions";

/** Something in a configuration that does more than describe. */
export interface Run {
  /** Its place: `removed.0.provisioner`. */
  readonly at: string;
  /** The function that is called there. @default - a program runs there, or a connection is made to run one */
  readonly calls?: string;
}

/** What runs programs, or connects somewhere to do so; `removed` can have it as well. */
const RUNNING: ReadonlySet<string> = new Set(["provisioner", "connection"]);

/**
 * Programs that a configuration runs, however deep they lie, and calls of
 * functions that look at more than their arguments, in any text and in any
 * name, as Terraform reads both.
 */
export function runsIn(value: unknown, path: readonly string[] = []): Run[] {
  if (typeof value === "string")
    return foreignCalls(value).map((calls) => ({ at: path.join("."), calls }));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [
    ...(RUNNING.has(key) ? [{ at: [...path, key].join(".") }] : []),
    ...runsIn(key, [...path, "a name"]),
    ...runsIn(part, [...path, key]),
  ]);
}
