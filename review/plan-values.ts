import { isDeepStrictEqual } from "node:util";
import { isObject } from "./references";

/** Whether anything in a part of `after_unknown` or `after_sensitive` is marked. */
export function isMarked(mark: unknown): boolean {
  if (typeof mark !== "object" || mark === null) return mark === true;
  return Object.values(mark).some(isMarked);
}

/** Names of the attributes that differ, or that nobody knows yet. */
export function differing(
  before: unknown,
  after: unknown,
  open: unknown,
): string[] {
  const old = isObject(before) ? before : {};
  const next = isObject(after) ? after : {};
  const unknown = isObject(open) ? open : {};
  const names = new Set([old, next, unknown].flatMap(Object.keys));
  return [...names].filter(
    (name) =>
      isMarked(unknown[name]) ||
      !isDeepStrictEqual(meant(old[name]), meant(next[name])),
  );
}

/** A value without what is empty in it: Cloudflare takes that as left out. */
export function meant(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : value.map(meant);
  }
  if (isObject(value)) {
    const kept = Object.entries(value).flatMap(([key, part]) => {
      const found = meant(part);
      return found === undefined ? [] : [[key, found]];
    });
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  }
  return value === null || value === false || value === "" ? undefined : value;
}
