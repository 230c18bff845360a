import type { Attribute } from "../../terraform-plugin/provider";
import { deriveAttributes, type Attributes } from "../provider/derive";
import { withOverlay, type Overlay } from "../provider/overlay";

const BINDINGS = "@cdktf/provider-google";

/**
 * The schema of a resource of the provider. It is one of the older kind: what
 * is nested there is a list of blocks, even where there can be one only.
 *
 * @param module a folder of the bindings' `lib`, such as `project-service`
 * @param overlay what the bindings do not tell; `replication.auto` is a name in it
 */
export function deriveSchema(module: string, overlay: Overlay) {
  let attributes: Attributes | undefined;
  return {
    /** Derived when Terraform first asks for it. */
    get attributes() {
      return (attributes ??= asBlocks(
        withOverlay(deriveAttributes(BINDINGS, module), overlay),
      ));
    },
  };
}

function asBlocks(attributes: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [
      name,
      attribute.nested ? asBlock(name, attribute) : attribute,
    ]),
  );
}

function asBlock(
  name: string,
  { nested, required, requiresReplace }: Attribute,
): Attribute {
  if (nested === undefined) throw new TypeError(`${name} has nothing nested`);
  const attributes = asBlocks(nested.attributes);
  // How long to wait is the framework's own, and the one single block.
  if (name === "timeouts")
    return { nested: { mode: "single", attributes, block: {} } };
  const block = {
    ...(required && { minItems: 1 }),
    ...(nested.mode === "single" && { maxItems: 1 }),
  };
  return {
    ...(requiresReplace && { requiresReplace }),
    nested: { mode: "list", attributes, block },
  };
}
