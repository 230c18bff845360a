import { goDuration } from "../base/duration";
import { shown } from "./known-props";
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

/**
 * Whether a construct can still have this id. One that is taken would end the
 * synth with an error of cdktf about its own constructs.
 */
export function isFree(scope: IConstruct, id: string): boolean {
  return scope.node.tryFindChild(id) === undefined;
}

/** A value that can be looked at now, or undefined while it is a reference. */
export function known(value: string | undefined): string | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}

const MONTH = 730;

/** Why a session can't last so long. */
export function sessionFault(duration: string): string | undefined {
  if (Token.isUnresolved(duration)) return undefined;
  const hours =
    ((typeof duration === "string" && goDuration(duration)) || 0) / 3_600_000;
  if (hours >= 0.25 && hours <= MONTH) return undefined;
  return `sessionDuration must be from "15m" to "${MONTH}h" in hours, minutes and seconds such as "24h" or "1h30m", got ${shown(duration)}`;
}
