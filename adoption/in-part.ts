import {
  EXISTING_APPLICATION,
  isOfHostAlone,
} from "../base/existing-application";
import { ADOPTABLE } from "../deployment/adoptable";
import { isAdoptable } from "../deployment/own";
import type { StateResource } from "../deployment/terraform";
import type { PlannedService } from "../doctor/planned";
import { documentIn } from "../providers/existing-application/document";

/** What stands of a stack that a deploy or destroy was cut off at. */
export interface InPart {
  readonly there: readonly string[];
  readonly missing: readonly string[];
}

/** @returns undefined where all of a service stands, or nothing */
export function inPart(
  { applications, hostname, routes }: PlannedService,
  state: readonly StateResource[],
): InPart | undefined {
  const there = state
    .filter(({ deposed_key: deposed }) => deposed === undefined)
    .map((one) => described(one));
  const isThere =
    state.some(
      ({ type, values }) =>
        type === EXISTING_APPLICATION &&
        isOfHostAlone(String(values["hostname"])),
    ) ||
    applications.some(
      ({ domain, id }) => id !== undefined && isOfHostAlone(domain),
    );
  const missing = [
    ...(isThere ? [] : [`the application for ${hostname}`]),
    ...(routes.some(({ id }) => id !== undefined)
      ? []
      : [`the tunnel's rule for ${hostname}`]),
  ];
  // The code has another host for it since: nothing was cut off.
  const hosts = state
    .filter(
      ({ type, values }) =>
        (type === EXISTING_APPLICATION || type === "tunnel_route") &&
        isOfHostAlone(String(values["hostname"])),
    )
    .map(({ values }) => values["hostname"]);
  const isMoved = hosts.length > 0 && !hosts.includes(hostname);
  return there.length > 0 && missing.length > 0 && !isMoved
    ? { there, missing }
    : undefined;
}

function described(one: StateResource): string {
  const { address, type, values } = one;
  if (type === EXISTING_APPLICATION)
    return `the application "${String(documentIn(values["previous"])["name"])}" (${String(values["app_id"])}), taken over`;
  if (type === "tunnel_route")
    return `the tunnel's rule for ${String(values["hostname"])}`;
  return isAdoptable(one)
    ? `the ${ADOPTABLE[one.type].kind} ${ADOPTABLE[one.type].describe(values)}`
    : address;
}
