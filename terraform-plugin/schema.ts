import {
  Nesting,
  type SchemaAttributeFields,
  type ProviderSchema,
} from "./messages";
import type { Message } from "./protobuf";
import type { Attribute, Schema } from "./provider";

type Encoded<M> = M extends Message<infer T> ? Partial<T> : never;

/** A schema as the protocol sends it. */
export function schemaMessage(schema: Schema): Encoded<typeof ProviderSchema> {
  const version = schema.version ?? 0;
  return {
    version,
    block: {
      version,
      description: schema.description,
      attributes: attributeMessages(schema.attributes),
    },
  };
}

function attributeMessages(
  attributes: Schema["attributes"],
): Partial<SchemaAttributeFields>[] {
  return Object.entries(attributes).map(([name, attribute]) => ({
    name,
    type: attribute.nested
      ? undefined
      : Buffer.from(JSON.stringify(attribute.type)),
    nestedType: attribute.nested && {
      nesting: Nesting[attribute.nested.mode],
      attributes: attributeMessages(attribute.nested.attributes),
    },
    description: attribute.description,
    required: attribute.required,
    optional: attribute.optional,
    computed: isComputed(attribute),
    sensitive: attribute.sensitive,
    deprecated: attribute.deprecated,
    writeOnly: attribute.writeOnly,
  }));
}

/** Terraform accepts a planned default only for a computed attribute. */
export function isComputed(attribute: Attribute): boolean {
  return attribute.computed === true || attribute.default !== undefined;
}
