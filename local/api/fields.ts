import type { Json, JsonObject } from "../account-objects";

/** A text that is not empty, or undefined for anything else. */
export function text(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The fields of a body that are named here and hold something. */
export function pick(body: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = body[name];
      return value === undefined || value === null ? [] : [[name, value]];
    }),
  );
}

/** Replaces all fields of an object that others hold on to. */
export function replace<T extends object>(target: T, source: T): T {
  for (const key of Object.keys(target)) {
    if (!(key in source)) delete target[key as keyof T];
  }
  return Object.assign(target, source);
}

/** Whether a filter of the query is absent or holds for the value. */
export function admits(
  query: URLSearchParams,
  name: string,
  holds: (wanted: string) => boolean,
): boolean {
  const wanted = query.get(name);
  return wanted === null || wanted === "" || holds(wanted);
}

/** Part of a text, whatever the case: how Access searches. */
export function contains(value: string | undefined, part: string): boolean {
  return value?.toLowerCase().includes(part.toLowerCase()) ?? false;
}
