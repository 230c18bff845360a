import { isOlder } from "../../base/provider-versions";
import type { Attribute } from "../../terraform-plugin/provider";
import type { Type } from "../../terraform-plugin/value";
import type { Attributes } from "./derive";
import { all, emptyIsNull, falseIsNull, inside } from "./normalize";

/** Attributes that later versions of the provider have, each with its first. */
export type Newer = {
  readonly [name: string]: {
    readonly since: string;
    readonly attribute: Attribute;
  };
};

/** Those that a version has. */
export function newerAttributes(
  newer: Newer = {},
  version: string,
): Attributes {
  return Object.fromEntries(
    Object.entries(newer).flatMap(([name, { attribute, since }]) =>
      isOlder(version, since) ? [] : [[name, attribute]],
    ),
  );
}

export function optional(type: Type): Attribute {
  return { optional: true, type };
}

/** An optional object with attributes of its own. */
export function optionalObject(attributes: Attributes): Attribute {
  return { optional: true, nested: { mode: "single", attributes } };
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
