import { Token } from "cdktf";
import type { IConstruct } from "constructs";

/**
 * Reports what is wrong with a construct's props when the app is synthesized,
 * so that one run names the faults of every construct.
 */
export function addFaults(
  construct: IConstruct,
  faults: readonly (string | false | undefined)[],
): void {
  const found = faults.filter((fault) => typeof fault === "string");
  if (found.length > 0) construct.node.addValidation({ validate: () => found });
}

/** A value that can be looked at now, or undefined while it is a reference. */
export function known(value: string | undefined): string | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}
