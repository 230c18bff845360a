import { isLosslessNumber, parse, stringify } from "lossless-json";

/**
 * A JSON document of someone else: numbers keep their digits and objects the
 * order of their keys, so that it can be sent back as it came.
 */
export type Json = unknown;
export type JsonObject = { readonly [key: string]: Json };

export function parseJson(text: string): Json {
  return parse(text);
}

export function printJson(value: Json, space?: number): string {
  return stringify(value, undefined, space) ?? "null";
}

export function isJsonObject(value: Json): value is JsonObject {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !isLosslessNumber(value)
  );
}

/**
 * A document for code that only judges it: its numbers are plain ones, which
 * mean the same after a copy. What is sent back stays as it was read.
 */
export function plain<T extends Json>(document: T): T {
  return JSON.parse(printJson(document)) as T;
}

/** A number of the document as a double, or undefined where it is none. */
export function numberOf(value: Json): number | undefined {
  const number = isLosslessNumber(value) ? Number(value.value) : value;
  return typeof number === "number" && Number.isFinite(number)
    ? number
    : undefined;
}

/**
 * What a value means, as text to compare: the order of keys does not count, and
 * a key with `null` is the same as none.
 */
export function meaning(value: Json): string {
  if (isLosslessNumber(value)) return numeral(value.value);
  if (Array.isArray(value)) return `[${value.map(meaning).join(",")}]`;
  if (isJsonObject(value)) {
    const keys = Object.keys(value).filter((key) => value[key] != null);
    return `{${keys
      .sort()
      .map((key) => `${JSON.stringify(key)}:${meaning(value[key])}`)
      .join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

/** `1.0` and `1` are the same number, two numbers beyond a double's are not. */
function numeral(digits: string): string {
  const number = Number(digits);
  return Number.isSafeInteger(number) || /[.e]/i.test(digits)
    ? String(number)
    : digits;
}
