import { publicDestinations } from "../../access/match-application";
import { parseUri } from "../../access/path-pattern";
import { findMatchingRule } from "../../ingress/match";
import { openPathPattern } from "../../ingress/open-path";
import { tokenDemand } from "../../ingress/token-demand";
import { resourcesOf, type AccountState } from "../change";
import type { Cell } from "../matrix";
import { cuttingBypass } from "../past-access";
import { reaches } from "../verdict";
import { listOf, nameOf, type Finding, type Look } from "./finding";
import { quoted } from "../../base/quoted";

/**
 * Service tokens that work on a host today and would stop, for good or for a
 * while, once a stack takes the host over. Those that the plans themselves
 * change have findings of their own.
 */
export const cutOff: Look = ({ change: { after: state, plans }, matrix }) => {
  const stackOf = new Map(
    resourcesOf(plans, "route").flatMap(({ action, after, stack }) =>
      action === "create" && after ? [[after.hostname, stack] as const] : [],
    ),
  );
  if (stackOf.size === 0) return [];
  const planned = new Set(
    resourcesOf(plans, "service_token").map(({ before }) => before?.id),
  );
  const made = new Set(
    resourcesOf(plans, "application").flatMap(({ action, after }) =>
      action === "create" ? (after?.id ?? []) : [],
    ),
  );
  const stops = new Map<string, readonly [Cell, ...Cell[]]>();
  const open = new Set(
    matrix.cells
      .filter(
        ({ before, subject }) => subject.kind === "nobody" && reaches(before),
      )
      .map(whereOf),
  );
  for (const cell of matrix.cells) {
    const { before, place, subject } = cell;
    if (subject.kind !== "token" || planned.has(subject.tokenId)) continue;
    if (!stackOf.has(place.host)) continue;
    if (before.outcome !== "token" && !cuttingBypass(cell, state.access))
      continue;
    // A client writes paths as they are: `/../api` is for who deceives.
    if (place.request.normalization !== undefined) continue;
    if (!isCutOff(cell) && !isCutOffMeanwhile(cell, made)) continue;
    const key = `${place.host} ${subject.tokenId} ${cuttingBypass(cell, state.access)?.id} ${isCutOff(cell)} ${open.has(whereOf(cell))} ${isOdd(cell, state)}`;
    const [first = cell, ...others] = stops.get(key) ?? [];
    stops.set(key, [first, ...others, ...(first === cell ? [] : [cell])]);
  }
  return [...stops.values()].map((cells): Finding => {
    const [{ after, before, place, subject }] = cells;
    const where = listOf([...new Set(cells.map((one) => nameOf(one.place)))]);
    const by = before.application?.name ?? "?";
    const adopt = `run: npm run adopt -- ${stackOf.get(place.host)}. It says`;
    if (cuttingBypass(cells[0], state.access))
      return {
        id: "token-cut-off",
        severity: "error",
        subject: where,
        text: `the ${subject.label}, which the application ${quoted(by)} lets in today, stops working: ${after.reason}`,
        remedy: `${adopt} how the token goes on working`,
      };
    if (isCutOff(cells[0]) && open.has(whereOf(cells[0])))
      return {
        id: "token-cut-off",
        severity: "warning",
        subject: where,
        text: `the ${subject.label}, which gets in there without its token by the application ${quoted(by)} today, stops working: ${after.reason}`,
        remedy: `where a machine works with it, ${adopt} what to write into tokens`,
      };
    if (isCutOff(cells[0]) && isOdd(cells[0], state))
      return {
        id: "token-cut-off",
        severity: "warning",
        subject: where,
        text: `the ${subject.label}, which the application ${quoted(by)} admits today, stops working in such spellings of the path, which a service can read as another path: ${after.reason}`,
        remedy: "make sure that no client writes the path like this",
      };
    return {
      id: "token-cut-off",
      severity: "error",
      subject: where,
      text: isCutOff(cells[0])
        ? `the ${subject.label}, which the application ${quoted(by)} admits today, stops working: ${after.reason}`
        : `the ${subject.label}, which the application ${quoted(by)} admits today, is refused from the moment the stack's application exists until the tunnel's rule requires its JWT, and again during a destroy`,
      remedy: `${adopt} how the token goes on working; where it is to stop, take it out of the policy of ${quoted(by)} before`,
    };
  });
};

/** Where requests go to and come from, and by what policy. */
function whereOf({ before, place, subject }: Cell): string {
  const { label } = subject.from ?? {};
  return [place.host, place.path, label, before.policy].join(" ");
}

function isCutOff({ after }: Cell): boolean {
  return !reaches(after) && after.outcome !== "depends";
}

/** Whether the rule that takes the application's path leaves the request out for its spelling alone. */
function isOdd({ before, place }: Cell, { tunnels }: AccountState): boolean {
  const patterns = publicDestinations(before.application ?? {}).flatMap(
    ({ uri }) => {
      const { path } = parseUri(uri ?? "");
      return path ? openPathPattern(path.replace(/\/$/, "")) : [];
    },
  );
  return tunnels.some(({ rules }) =>
    rules.some(
      ({ hostname, path }) =>
        hostname === place.host &&
        typeof path === "string" &&
        patterns.includes(path) &&
        findMatchingRule(
          [{ path, service: "" }, { service: "" }],
          place.host,
          place.request.path,
        ) === 1,
    ),
  );
}

/** The rule demands the JWT of the one before until it is written, which comes last. */
function isCutOffMeanwhile(
  { after, before }: Cell,
  made: ReadonlySet<string>,
): boolean {
  return (
    after.outcome === "token" &&
    made.has(after.application?.id ?? "") &&
    before.application?.id !== after.application?.id &&
    tokenDemand(before.rule) !== undefined
  );
}
