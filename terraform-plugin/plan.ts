/**
 * Plans a create or update from the schema, by the rules of Terraform's own
 * provider framework: defaults first; then, if anything is to change, computed
 * attributes without configuration become unknown; `useStateForUnknown` keeps
 * the prior value instead.
 *
 * @see https://developer.hashicorp.com/terraform/plugin/framework/resources/plan-modification
 */
import type { Attribute, Path, Schema } from "./provider";
import { isComputed } from "./schema";
import {
  isObjectValue,
  sameValue,
  typeOfAttribute,
  typeOfSchema,
} from "./types";
import { UNKNOWN, type ObjectValue, type Value } from "./value";

type Attributes = Schema["attributes"];

/** The planned state; `proposed` is Terraform's merge of configuration and prior. */
export function standardPlan(
  schema: Schema,
  prior: ObjectValue | null,
  proposed: ObjectValue,
  config: ObjectValue,
): ObjectValue {
  const planned = withDefaults(
    schema.attributes,
    // A write-only value is in `proposed` and never in a prior state.
    withoutWriteOnly(schema.attributes, proposed),
    config,
  );
  if (prior && sameValue(typeOfSchema(schema), planned, prior)) return planned;
  return withUnknowns(schema.attributes, planned, config, prior);
}

function withDefaults(
  attributes: Attributes,
  planned: ObjectValue,
  config: ObjectValue,
): ObjectValue {
  return mapAttributes(attributes, planned, (attribute, value, name) => {
    const configured = config[name] ?? null;
    if (configured === null && attribute.default !== undefined)
      return attribute.default;
    return mapObjects(attribute, value, (object, key) =>
      withDefaults(
        attribute.nested?.attributes ?? {},
        object,
        counterpart(attribute, configured, object, key) ?? {},
      ),
    );
  });
}

function withUnknowns(
  attributes: Attributes,
  planned: ObjectValue,
  config: ObjectValue,
  prior: ObjectValue | null,
): ObjectValue {
  return mapAttributes(attributes, planned, (attribute, value, name) => {
    const configured = config[name] ?? null;
    const before = prior?.[name] ?? null;
    if (configured === null && isComputed(attribute)) {
      if (attribute.default !== undefined) return value;
      return attribute.useStateForUnknown && prior ? before : UNKNOWN;
    }
    return mapObjects(attribute, value, (object, key) =>
      withUnknowns(
        attribute.nested?.attributes ?? {},
        object,
        counterpart(attribute, configured, object, key) ?? {},
        counterpart(attribute, before, object, key),
      ),
    );
  });
}

/** Write-only values are for the handler alone: no plan and no state holds one. */
export function withoutWriteOnly(
  attributes: Attributes,
  object: ObjectValue,
): ObjectValue {
  return mapAttributes(attributes, object, (attribute, value) =>
    attribute.writeOnly
      ? null
      : mapObjects(attribute, value, (nested) =>
          withoutWriteOnly(attribute.nested?.attributes ?? {}, nested),
        ),
  );
}

/** Where the plan changes an attribute that only a new object can have changed. */
export function replacePaths(
  attributes: Attributes,
  planned: ObjectValue,
  prior: ObjectValue | null,
  parent: Path = [],
): Path[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const value = planned[name] ?? null;
    const before = prior?.[name] ?? null;
    const path = [...parent, name];
    const found: Path[] = [];
    if (
      attribute.requiresReplace &&
      !sameValue(typeOfAttribute(attribute), value, before)
    )
      found.push(path);
    mapObjects(attribute, value, (object, key) => {
      found.push(
        ...replacePaths(
          attribute.nested?.attributes ?? {},
          object,
          counterpart(attribute, before, object, key),
          key === undefined ? path : [...path, key],
        ),
      );
      return object;
    });
    return found;
  });
}

function mapAttributes(
  attributes: Attributes,
  object: ObjectValue,
  change: (attribute: Attribute, value: Value, name: string) => Value,
): ObjectValue {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [
      name,
      change(attribute, object[name] ?? null, name),
    ]),
  );
}

/** Changes each object of a nested attribute; anything else stays as it is. */
function mapObjects(
  attribute: Attribute,
  value: Value,
  change: (object: ObjectValue, key: string | number | undefined) => Value,
): Value {
  const each = (item: Value, key?: string | number) =>
    isObjectValue(item) ? change(item, key) : item;
  switch (attribute.nested?.mode) {
    case "single":
      return each(value);
    case "list":
    case "set":
      return Array.isArray(value) ? value.map((v, i) => each(v, i)) : value;
    case "map":
      return isObjectValue(value)
        ? Object.fromEntries(
            Object.entries(value).map(([key, item]) => [key, each(item, key)]),
          )
        : value;
    default:
      return value;
  }
}

/**
 * The object of the same nested attribute in another value. Elements of a set
 * have no key: there it is the one most alike, of those that differ at most in
 * what one side leaves to be computed.
 */
function counterpart(
  attribute: Attribute,
  other: Value,
  object: ObjectValue,
  key: string | number | undefined,
): ObjectValue | null {
  if (!attribute.nested) return null;
  const { mode, attributes } = attribute.nested;
  if (mode === "single") return isObjectValue(other) ? other : null;
  if (mode === "map") {
    const found = isObjectValue(other) ? (other[String(key)] ?? null) : null;
    return isObjectValue(found) ? found : null;
  }
  if (!Array.isArray(other)) return null;
  if (mode === "list") {
    const found = other[Number(key)] ?? null;
    return isObjectValue(found) ? found : null;
  }
  const types = Object.entries(attributes);
  const differences = (candidate: ObjectValue) =>
    types.filter(
      ([name, nested]) =>
        !sameValue(typeOfAttribute(nested), candidate[name], object[name]),
    );
  const [alike = null] = other
    .filter(isObjectValue)
    .map((candidate) => ({ candidate, differing: differences(candidate) }))
    .filter(({ candidate, differing }) =>
      differing.every(
        ([name, nested]) =>
          isComputed(nested) &&
          ((candidate[name] ?? null) === null ||
            (object[name] ?? null) === null),
      ),
    )
    .sort((a, b) => a.differing.length - b.differing.length);
  return alike && alike.candidate;
}
