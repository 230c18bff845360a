/**
 * A value not known before apply. Terraform passes it in plans; a provider
 * returns it for what only the created object will tell.
 */
export class Unknown {
  /** The only one: `UNKNOWN`. */
  static readonly value = new Unknown();
  private constructor() {}
}

/** The one unknown value: compare with `===`. */
export const UNKNOWN = Unknown.value;

/**
 * The value of an attribute of type `dynamic`, with the type that Terraform
 * gave it. A handler may return a plain value instead: an array then counts as
 * a tuple and a plain object as an object.
 */
export class Dynamic {
  constructor(
    /** The type that Terraform gave it. */
    readonly type: Type,
    /** The value, of that type. */
    readonly value: Value,
  ) {}
}

/**
 * A Terraform value as plain JavaScript: lists, sets and tuples are arrays,
 * maps and objects are plain objects, `null` is Terraform's null. A number that
 * a double can't hold exactly is its decimal string.
 */
export type Value =
  | null
  | boolean
  | number
  | string
  | Unknown
  | Dynamic
  | Value[]
  | { [key: string]: Value };

/** The attributes of a resource, data source or provider. */
export type ObjectValue = { [key: string]: Value };

/**
 * A type in Terraform's own JSON notation.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
export type Type =
  | "string"
  | "number"
  | "bool"
  | "dynamic"
  | ["list" | "set" | "map", Type]
  | ["object", { [name: string]: Type }]
  | ["tuple", Type[]];
