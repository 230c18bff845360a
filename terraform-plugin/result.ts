import type { DiagnosticList } from "./diagnostics";
import type { Schema } from "./provider";
import { hasUnknown } from "./types";
import type { ObjectValue } from "./value";

/**
 * Tells where what a handler returned is no state of its schema. Terraform
 * would drop what is too much without a word, and take the rest for a bug of
 * its own making.
 *
 * @param planned what was promised. @default - nothing was
 */
export function checkResult(
  what: string,
  { attributes }: Schema,
  returned: ObjectValue,
  diagnostics: DiagnosticList,
  planned: ObjectValue = {},
): void {
  const unknown = "Return the whole state, with the names of the schema.";
  for (const name of Object.keys(returned))
    if (!(name in attributes))
      diagnostics.warn(
        `${what} returned "${name}", which its schema does not have`,
        unknown,
      );
  for (const [name, { writeOnly }] of Object.entries(attributes)) {
    const value = returned[name];
    const promised = planned[name] ?? null;
    if (value === undefined && promised !== null && !hasUnknown(promised)) {
      if (!writeOnly)
        diagnostics.error(`${what} returned no "${name}"`, unknown, [name]);
    } else if (value !== undefined && hasUnknown(value))
      diagnostics.error(
        `${what} returned "${name}" as not known yet`,
        "A computed attribute is unknown in what is planned: give it its value, or null.",
        [name],
      );
  }
}
