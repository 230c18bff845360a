import { closestSession, SESSIONS } from "../base/session-length";
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

/** Why a session can't last so long. */
export function sessionFault(duration: string): string | undefined {
  if (Token.isUnresolved(duration)) return undefined;
  if (typeof duration === "string" && closestSession(duration) === undefined)
    return undefined;
  return `sessionDuration must be from "${SESSIONS.shortest}" to "${SESSIONS.longest}" in hours, minutes and seconds such as "24h" or "1h30m", got ${shown(duration)}`;
}
