import type { Attribute } from "../../terraform-plugin/provider";
import type { Attributes } from "./derive";

/**
 * What the bindings of a resource do not tell, by attribute: names below others
 * follow a dot, as in `config.client_secret`.
 */
export type Overlay = {
  readonly [path: string]: Omit<Attribute, "nested">;
};

export const SENSITIVE = { sensitive: true } as const;
export const REPLACES = { requiresReplace: true } as const;
/** An update keeps the value. */
export const STAYS = { useStateForUnknown: true } as const;
export const COMPUTED = { computed: true } as const;
export const DEPRECATED = { deprecated: true } as const;

/**
 * @throws Error for a path the schema does not have: the bindings then belong
 * to another version of the provider
 */
export function withOverlay(
  attributes: Attributes,
  overlay: Overlay,
): Attributes {
  return Object.entries(overlay).reduce(
    (changed, [path, facts]) => change(changed, path.split("."), facts, path),
    attributes,
  );
}

function change(
  attributes: Attributes,
  [name = "", ...below]: string[],
  facts: Overlay[string],
  path: string,
): Attributes {
  const attribute = attributes[name];
  if (attribute === undefined) throw new Error(`no attribute ${path}`);
  if (below.length === 0)
    return { ...attributes, [name]: { ...attribute, ...facts } };
  if (attribute.nested === undefined) throw new Error(`no attribute ${path}`);
  const nested = {
    ...attribute.nested,
    attributes: change(attribute.nested.attributes, below, facts, path),
  };
  return { ...attributes, [name]: { ...attribute, nested } };
}
