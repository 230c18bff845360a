import { canonicalDecimal } from "./number";
import type { Attribute, Schema } from "./provider";
import {
  Dynamic,
  Unknown,
  UNKNOWN,
  type ObjectValue,
  type Type,
  type Value,
} from "./value";

/** The type of a whole resource, data source or provider configuration. */
export function typeOfSchema(schema: Schema): Type {
  return typeOfAttributes(schema.attributes);
}

export function typeOfAttribute(attribute: Attribute): Type {
  if (!attribute.nested) {
    if (attribute.type === undefined)
      throw new TypeError("an attribute needs either `type` or `nested`");
    return attribute.type;
  }
  const { mode, attributes } = attribute.nested;
  const object = typeOfAttributes(attributes);
  return mode === "single" ? object : [mode, object];
}

/** Every call of Terraform's asks for the type of the same few schemas. */
const objects = new WeakMap<Schema["attributes"], Type>();

function typeOfAttributes(attributes: Schema["attributes"]): Type {
  const known = objects.get(attributes);
  if (known !== undefined) return known;
  const type: Type = [
    "object",
    Object.fromEntries(
      Object.entries(attributes).map(([name, attribute]) => [
        name,
        typeOfAttribute(attribute),
      ]),
    ),
  ];
  objects.set(attributes, type);
  return type;
}

/** The type of a plain value that stands where the schema says `dynamic`. */
export function typeOfValue(value: Value): Type {
  if (value instanceof Dynamic) return value.type;
  if (value === null || value === UNKNOWN) return "dynamic";
  if (Array.isArray(value)) return ["tuple", value.map(typeOfValue)];
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "number";
    case "boolean":
      return "bool";
    default:
      return [
        "object",
        Object.fromEntries(
          Object.entries(value).map(([key, item]) => [key, typeOfValue(item)]),
        ),
      ];
  }
}

/** Whether Terraform takes both for the same value of that type. */
export function sameValue(
  type: Type,
  a: Value | undefined,
  b: Value | undefined,
): boolean {
  return a === b || fingerprint(type, a) === fingerprint(type, b);
}

/** Text that is equal for equal values: sets sorted, numbers in one spelling. */
function fingerprint(type: Type, value: Value | undefined): string {
  if (value === null || value === undefined) return "null";
  if (value === UNKNOWN) return "unknown";
  if (type === "dynamic") {
    const actual = typeOfValue(value);
    const inner = value instanceof Dynamic ? value.value : value;
    return actual === "dynamic"
      ? JSON.stringify(inner)
      : `${JSON.stringify(actual)} ${fingerprint(actual, inner)}`;
  }
  if (type === "number") return canonicalDecimal(String(value));
  if (typeof type === "string") return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items = value.map((item, index) =>
      fingerprint(elementType(type, index), item),
    );
    if (type[0] === "set") items.sort();
    return `[${items.join()}]`;
  }
  const record = value as { [key: string]: Value };
  const keys = Object.keys(type[0] === "object" ? type[1] : record).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${fingerprint(elementType(type, key), record[key])}`).join()}}`;
}

function elementType(type: Exclude<Type, string>, key: string | number): Type {
  switch (type[0]) {
    case "object":
      return type[1][key] ?? "dynamic";
    case "tuple":
      return type[1][Number(key)] ?? "dynamic";
    default:
      return type[1];
  }
}

/** Whether anything inside is not known yet. */
export function hasUnknown(value: Value): boolean {
  if (value === UNKNOWN) return true;
  if (value instanceof Dynamic) return hasUnknown(value.value);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((item) => hasUnknown(item));
}

/** Whether a value is a map or an object. */
export function isObjectValue(value: Value): value is ObjectValue {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof Dynamic)
  );
}
