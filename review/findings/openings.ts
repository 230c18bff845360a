import { publicDestinations } from "../../access/match-application";
import { parseUri } from "../../access/path-pattern";
import type { Cell } from "../matrix";
import { arrivalOf, directing, reaches, type Verdict } from "../verdict";
import { resourcesOf, type Change } from "../change";
import { leftBehind } from "../merge";
import type { Place } from "../places";
import { nameOf, type Finding, type Look } from "./finding";
import { toClose } from "./to-close";

/** What anyone on the internet reaches from now on, and what everyone with a login does. */
export const openings: Look = ({ change, matrix }) => {
  const touched = hostsIn(change);
  return matrix.cells.flatMap((cell): Finding[] => {
    const { after, before, place, subject } = cell;
    const where = nameOf(place);
    const from = subject.from ? `, ${subject.from.label}` : "";
    if (subject.kind === "else")
      return after.outcome === "login" && !reaches(before)
        ? [
            {
              id: "anyone-logs-in",
              severity: "warning",
              subject: where,
              text: `anyone who can log in gets in${from}: ${after.reason}`,
              remedy: "name e-mail addresses or domains in the policy",
            },
          ]
        : [];
    if (subject.kind !== "nobody") return [];
    if (isOpenElsewhere(cell))
      return [
        {
          id: "open-elsewhere",
          severity: "warning",
          subject: where,
          text: `everyone without a login now reaches ${serviceOf(after, before)} there instead of ${serviceOf(before, after)}`,
          remedy: "make sure that this service should be open",
        },
      ];
    if (after.outcome === before.outcome)
      return reaches(after) && standsOut(cell)
        ? [
            {
              id: "is-open",
              severity: "warning",
              subject: where,
              text: `it is open to everyone without a login, as before: ${after.reason}`,
              ...(!touched.has(place.host) && { untouched: true }),
            },
          ]
        : [];
    if (after.outcome === "public")
      return [
        {
          id: "becomes-public",
          severity: "error",
          subject: where,
          text: `everyone on the internet reaches it, without Access: ${after.reason}`,
          remedy:
            toCloseAgain(change, place) ??
            "put an application in front of the host",
        },
      ];
    if (after.outcome === "open" && before.outcome === "public")
      return [
        {
          id: "stays-open",
          severity: "note",
          subject: where,
          text: `it stays open to everyone without a login: ${after.reason}`,
        },
      ];
    if (after.outcome === "open")
      return [
        {
          id: place.path === "/" ? "host-opens" : "path-opens",
          severity: place.path === "/" ? "error" : "warning",
          subject: where,
          text: `it opens to everyone without a login${from}: ${after.reason}`,
          remedy: "make sure that all of this should be open",
        },
      ];
    if (after.outcome === "depends")
      return [
        {
          id: "may-open",
          severity: "warning",
          subject: where,
          text: `it is unclear whether it is open without a login: ${after.reason}`,
        },
      ];
    return [];
  });
};

/** Hosts of the routes that a change has plans for. */
function hostsIn({ plans }: Change): ReadonlySet<string> {
  return new Set(
    resourcesOf(plans, "route").flatMap(({ after, before }) =>
      [before, after].flatMap((route) => route?.hostname ?? []),
    ),
  );
}

/** As open as before, or less, and at another service. */
function isOpenElsewhere({ after, before }: Cell): boolean {
  const isNoWorse =
    after.outcome === before.outcome || before.outcome === "public";
  return (
    isNoWorse &&
    reaches(after) &&
    reaches(before) &&
    arrivalOf(after) !== arrivalOf(before)
  );
}

/** With its tunnel, or what else tells them apart, where the other's service is named alike. */
function serviceOf({ rule, server, tunnel }: Verdict, other: Verdict): string {
  const service = rule?.service ?? server ?? "a server of its own";
  if (service !== other.rule?.service) return service;
  if (tunnel !== other.tunnel)
    return `${service} in the tunnel ${tunnel ?? "?"}`;
  const settings = rule ? directing(rule) : [];
  return settings.length > 0
    ? `${service} (${settings.map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`).join(", ")})`
    : service;
}

/** Open without an application of its own for the path, be it a host or what only a rule leads to. */
function standsOut({ after, place }: Cell): boolean {
  if (place.path === "/") return true;
  if (after.outcome === "public") return true;
  const uris = after.application ? publicDestinations(after.application) : [];
  return uris.some(({ uri }) => parseUri(uri ?? "").path === "");
}

/** What closes a host that the rule from before a route opens; undefined where none comes back. */
export function toCloseAgain(
  change: Change,
  { after: { application }, host }: Place,
): string | undefined {
  const [gone] = resourcesOf(change.plans, "route").flatMap(
    ({ action, before }) =>
      (action === "delete" || action === "replace") &&
      before?.hostname === host &&
      leftBehind(before) !== null
        ? [before]
        : [],
  );
  const close =
    gone &&
    toClose(
      change,
      gone,
      application !== undefined,
      'write onDestroy: "remove" and deploy that first',
    );
  return close && `the rule from before the first deploy comes back: ${close}`;
}
