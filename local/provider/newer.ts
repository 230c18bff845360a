import { isOlder } from "../../base/provider-versions";
import type { Attribute } from "../../terraform-plugin/provider";
import type { Type } from "../../terraform-plugin/value";
import type { Attributes } from "./derive";
import { all, emptyIsNull, falseIsNull, inside } from "./normalize";

/**
 * Attributes that later versions of the provider have, or have otherwise, each
 * with the first: names below others follow a dot, as in
 * `config.enable_encryption`.
 */
export type Newer = {
  readonly [path: string]: {
    readonly since: string;
    readonly attribute: Attribute;
  };
};

/** Adds those that a version has. */
export function withNewer(
  attributes: Attributes,
  newer: Newer = {},
  version: string,
): Attributes {
  return Object.entries(newer)
    .filter(([, { since }]) => !isOlder(version, since))
    .reduce(
      (changed, [path, { attribute }]) =>
        added(changed, path.split("."), attribute),
      attributes,
    );
}

function added(
  attributes: Attributes,
  [name = "", ...below]: string[],
  attribute: Attribute,
): Attributes {
  if (below.length === 0) return { ...attributes, [name]: attribute };
  const outer = attributes[name];
  if (outer?.nested === undefined) throw new Error(`no attribute ${name}`);
  const nested = {
    ...outer.nested,
    attributes: added(outer.nested.attributes, below, attribute),
  };
  return { ...attributes, [name]: { ...outer, nested } };
}

export function optional(type: Type): Attribute {
  return { optional: true, type };
}

/** An optional object with attributes of its own. */
export function optionalObject(attributes: Attributes): Attribute {
  return { optional: true, nested: { mode: "single", attributes } };
}

/** Those of a data source. */
export function computed(type: Type): Attribute {
  return { computed: true, type };
}

export function computedObject(attributes: Attributes): Attribute {
  return { computed: true, nested: { mode: "single", attributes } };
}

/** What a resource can be given, as its data source tells it. */
function told({ nested, type }: Attribute): Attribute {
  if (nested === undefined) return { computed: true, ...(type && { type }) };
  const attributes = Object.fromEntries(
    Object.entries(nested.attributes).map(([name, one]) => [name, told(one)]),
  );
  return { computed: true, nested: { ...nested, attributes } };
}

/** The same attributes as a data source has them. */
export function toldBy(newer: Newer): Newer {
  return Object.fromEntries(
    Object.entries(newer).map(([path, { attribute, since }]) => [
      path,
      { attribute: told(attribute), since },
    ]),
  );
}

/** The same attributes below another. */
export function below(name: string, newer: Newer): Newer {
  return Object.fromEntries(
    Object.entries(newer).map(([path, one]) => [`${name}.${path}`, one]),
  );
}

/** A second factor, which applications and policies spell alike. */
export const MFA = optionalObject({
  allowed_authenticators: optional(["list", "string"]),
  mfa_disabled: optional("bool"),
  session_duration: optional("string"),
});

/** Cloudflare shows what was left out of a second factor; no change is meant. */
export const sameMfa = inside(
  "mfa_config",
  all(emptyIsNull("allowed_authenticators"), falseIsNull("mfa_disabled")),
);
