import { isLosslessNumber, parse } from "lossless-json";
import { numberFromText } from "./number";
import { Dynamic, type Type, type Value } from "./value";

/**
 * Reads a value out of a state file's JSON. Attributes that the type does not
 * know are left out, missing ones are null; numbers keep all their digits.
 */
export function decodeJson(type: Type, json: Uint8Array): Value {
  return fromJson(type, parse(Buffer.from(json).toString()));
}

function fromJson(type: Type, json: unknown): Value {
  if (json === null || json === undefined) return null;
  if (type === "dynamic") {
    // State files hold such a value as { "type": ..., "value": ... }.
    const { type: actual, value } = json as { type: Type; value: unknown };
    return new Dynamic(actual, fromJson(actual, value));
  }
  if (type === "number" && isLosslessNumber(json))
    return numberFromText(json.value);
  if (type === "number" && typeof json === "string")
    return numberFromText(json);
  if (type === "string" && typeof json === "string") return json;
  if (type === "bool" && typeof json === "boolean") return json;
  if (typeof type !== "string" && typeof json === "object") {
    if (Array.isArray(json)) {
      if (type[0] === "list" || type[0] === "set")
        return json.map((item) => fromJson(type[1], item));
      if (type[0] === "tuple")
        return type[1].map((t, index) => fromJson(t, json[index]));
    } else {
      const record = json as { [key: string]: unknown };
      if (type[0] === "map")
        return Object.fromEntries(
          Object.entries(record).map(([k, v]) => [k, fromJson(type[1], v)]),
        );
      if (type[0] === "object")
        return Object.fromEntries(
          Object.entries(type[1]).map(([k, t]) => [k, fromJson(t, record[k])]),
        );
    }
  }
  throw new TypeError(`the state holds no ${JSON.stringify(type)}`);
}
