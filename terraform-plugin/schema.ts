import {
  Nesting,
  type NestedBlockFields,
  type ProviderSchema,
  type SchemaAttributeFields,
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
      blockTypes: blockMessages(schema.attributes),
    },
  };
}

function attributeMessages(
  attributes: Schema["attributes"],
): Partial<SchemaAttributeFields>[] {
  const own = Object.entries(attributes).filter(
    ([, { nested }]) => !nested?.block,
  );
  return own.map(([name, attribute]) => ({
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

function blockMessages(
  attributes: Schema["attributes"],
): Partial<NestedBlockFields>[] {
  return Object.entries(attributes).flatMap(([typeName, { nested }]) =>
    nested?.block
      ? {
          typeName,
          block: {
            attributes: attributeMessages(nested.attributes),
            blockTypes: blockMessages(nested.attributes),
          },
          nesting: Nesting[nested.mode],
          minItems: nested.block.minItems,
          maxItems: nested.block.maxItems,
        }
      : [],
  );
}

/** Terraform accepts a planned default only for a computed attribute. */
export function isComputed(attribute: Attribute): boolean {
  return attribute.computed === true || attribute.default !== undefined;
}
