/**
 * Between Terraform's values and Cloudflare's JSON, by the provider's rules for
 * what a write sends and which answers reach the state.
 */
import type { Attribute } from "../../terraform-plugin/provider";
import { isObjectValue } from "../../terraform-plugin/types";
import {
  Dynamic,
  UNKNOWN,
  type ObjectValue,
  type Type,
  type Value,
} from "../../terraform-plugin/value";
import type { Attributes } from "./derive";

export type Json =
  null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export function isJsonObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** Makes texts of fields that Terraform holds as JSON in a text. */
export function asText(...fields: string[]) {
  return (json: JsonObject): JsonObject => {
    const texts = fields
      .filter((field) => isJsonObject(json[field]))
      .map((field) => [field, JSON.stringify(json[field])]);
    return { ...json, ...Object.fromEntries(texts) };
  };
}

/** Names that are spelled otherwise in JSON; those not listed are the same. */
export type JsonNames = { readonly [attribute: string]: string };

/** Whether only Cloudflare gives the value. */
function isReadOnly(attribute: Attribute): boolean {
  return (
    attribute.computed === true && !attribute.optional && !attribute.required
  );
}

/** One direction of the mapping for one resource or data source. */
export class Wire {
  constructor(private readonly names: JsonNames = {}) {}

  /**
   * The body of a write. What is null is left out, or sent as null where the
   * prior state had a value: that unsets it.
   *
   * @param prior null on create
   */
  encode(
    attributes: Attributes,
    planned: ObjectValue,
    prior: ObjectValue | null,
  ): JsonObject {
    const body: JsonObject = {};
    for (const [name, attribute] of Object.entries(attributes)) {
      const value = planned[name] ?? null;
      const before = prior?.[name] ?? null;
      if (isReadOnly(attribute) || value === UNKNOWN) continue;
      if (value === null && before === null) continue;
      body[this.#key(name)] = this.#encodeValue(attribute, value, before);
    }
    return body;
  }

  #encodeValue(attribute: Attribute, value: Value, before: Value): Json {
    if (attribute.nested === undefined) return plain(value);
    const { mode, attributes } = attribute.nested;
    const object = (item: Value, prior: Value): Json =>
      isObjectValue(item)
        ? this.encode(attributes, item, isObjectValue(prior) ? prior : null)
        : null;
    if (mode === "single") return object(value, before);
    if (Array.isArray(value)) return value.map((item) => object(item, null));
    if (!isObjectValue(value)) return null;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, object(item, null)]),
    );
  }

  /** The state after a refresh: everything as Cloudflare tells it. */
  refresh(
    attributes: Attributes,
    json: JsonObject,
    state: ObjectValue,
  ): ObjectValue {
    return mapAttributes(attributes, (attribute, name) =>
      this.#refreshValue(attribute, json[this.#key(name)], state[name] ?? null),
    );
  }

  #refreshValue(
    attribute: Attribute,
    json: Json | undefined,
    state: Value,
  ): Value {
    const known = state === UNKNOWN ? null : state;
    if (attribute.nested === undefined)
      return decode(attribute.type ?? "dynamic", json ?? null, known);
    const { mode, attributes } = attribute.nested;
    const object = (item: Json | undefined, prior: Value = null): Value =>
      this.refresh(
        attributes,
        isJsonObject(item) ? item : {},
        isObjectValue(prior) ? prior : {},
      );
    if (json === null || json === undefined) {
      // An object that was configured is emptied rather than dropped.
      const emptied = mode === "single" && !attribute.computed;
      return emptied && isObjectValue(known) ? object({}, known) : null;
    }
    if (mode === "single") return object(json, known);
    if (mode === "map") {
      if (!isJsonObject(json)) return known;
      const before = isObjectValue(known) ? known : {};
      return Object.fromEntries(
        Object.entries(json).map(([k, item]) => [k, object(item, before[k])]),
      );
    }
    if (!Array.isArray(json)) return known;
    const before = Array.isArray(known) ? known : [];
    return json.map((item, index) => object(item, before[index]));
  }

  /** The state after a write: the plan, with what was left to Cloudflare. */
  complete(
    attributes: Attributes,
    json: JsonObject,
    planned: ObjectValue,
  ): ObjectValue {
    return mapAttributes(attributes, (attribute, name) =>
      this.#completeValue(
        attribute,
        json[this.#key(name)],
        planned[name] ?? null,
      ),
    );
  }

  #completeValue(
    attribute: Attribute,
    json: Json | undefined,
    planned: Value,
  ): Value {
    const open = planned === null || planned === UNKNOWN;
    const leftOpen = open && attribute.computed === true;
    if (isReadOnly(attribute) || leftOpen)
      return this.#refreshValue(attribute, json, planned);
    if (planned === null || planned === UNKNOWN) return null;
    if (attribute.nested === undefined) return planned;
    const { attributes } = attribute.nested;
    const object = (item: Value, answer: Json | undefined): Value =>
      isObjectValue(item)
        ? this.complete(attributes, isJsonObject(answer) ? answer : {}, item)
        : item;
    if (Array.isArray(planned))
      return planned.map((item, index) =>
        object(item, Array.isArray(json) ? json[index] : undefined),
      );
    if (attribute.nested.mode !== "map") return object(planned, json);
    const answers = isJsonObject(json) ? json : {};
    return Object.fromEntries(
      Object.entries(planned).map(([k, item]) => [k, object(item, answers[k])]),
    );
  }

  #key(name: string): string {
    return this.names[name] ?? name;
  }
}

function mapAttributes(
  attributes: Attributes,
  value: (attribute: Attribute, name: string) => Value,
): ObjectValue {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [
      name,
      value(attribute, name),
    ]),
  );
}

/** A value without nested attributes; JSON of another type is passed over. */
function decode(type: Type, json: Json, state: Value): Value {
  if (json === null) return null;
  if (type === "dynamic") return json as Value;
  if (type === "string") return typeof json === "string" ? json : state;
  if (type === "bool") return typeof json === "boolean" ? json : state;
  if (type === "number") {
    const number = typeof json === "string" ? Number(json || NaN) : json;
    return typeof number === "number" && !isNaN(number) ? number : state;
  }
  const [kind, element] = type;
  if (kind === "map" && isJsonObject(json))
    return Object.fromEntries(
      Object.entries(json).map(([k, item]) => [k, decode(element, item, null)]),
    );
  if ((kind === "list" || kind === "set") && Array.isArray(json))
    return json.map((item) => decode(element, item, null));
  return state;
}

/** A value as JSON; what is not known yet is null. */
export function plain(value: Value): Json {
  if (value instanceof Dynamic) return plain(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (isObjectValue(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, plain(item)]),
    );
  return value === UNKNOWN ? null : (value as Json);
}
