import { resourcesOf, type Change, type Route } from "../change";
import { publicDestinations } from "../../access/match-application";
import { parseUri } from "../../access/path-pattern";
import { matchesPath } from "../../ingress/match";
import { openPathPattern } from "../../ingress/open-path";
import { tokenDemand } from "../../ingress/token-demand";
import { compile } from "../../access/decide";
import type { Application } from "../../access/model";
import { EXISTING_APPLICATION } from "../../base/existing-application";
import { leftBehind } from "../merge";
import { NameIndex, type Leads } from "../where-it-leads";
import { quoted } from "../../base/quoted";
import { nameOf, type Finding, type Look } from "./finding";
import { toClose } from "./to-close";

/** What a destroy would put back, of routes that are made or changed. */
export const destroy: Look = ({ change }) =>
  resourcesOf(change.plans, "route").flatMap(
    ({ action, after, stack }): Finding[] => {
      const back = after && leftBehind(after);
      const touched = action !== "no-op" && action !== "forget";
      if (!after || !back || !touched) return [];
      const demand = tokenDemand(back);
      const refuses = back.service?.startsWith("http_status:") === true;
      const { applications, taken } = leftOf(change, stack);
      const { application, outcome } = compile({
        ...change.after.access,
        applications,
      }).decide({ host: after.hostname, path: "/" });
      const onPaths = onPathsOf(after, applications);
      const ofPath = after.path
        ? onPaths.find(({ application: { id } }) => id && taken.has(id))
        : undefined;
      // Of one that is for all that the route takes the host's is no part.
      const all = onPaths.find(({ isAll }) => isAll);
      const deciding = all
        ? [all.application]
        : [application, ...onPaths.map((one) => one.application)];
      const isProtected = ofPath?.isAll === true || outcome !== "pass";
      const guarded = demand !== undefined || refuses || isProtected;
      const led = leftLeading(change, after, stack);
      const stays = led === "tunnel";
      const remedy =
        !guarded && stays
          ? toClose(
              change,
              after,
              application !== undefined,
              'write onDestroy: "remove" to leave none',
            )
          : undefined;
      const named = quoted(application?.name ?? "?");
      return [
        {
          id: "destroy-restores",
          severity: guarded || !stays ? "note" : "warning",
          subject: nameOf({ host: after.hostname, path: after.path ?? "/" }),
          text:
            `a destroy puts back the rule to ${back.service ?? "nothing"}` +
            (led === "past"
              ? ", and the DNS record, which leads past Access: it sees no request to the host then"
              : demand
                ? `, which requires an Access JWT${deciding.some((one) => demand.auds.includes(one?.aud ?? "")) ? "" : ` that nobody will have: the ${after.path ? "path" : "host"} stays closed`}`
                : refuses
                  ? ", which lets nobody in"
                  : ofPath && isProtected
                    ? `, and gives back the application ${quoted(ofPath.application.name ?? "?")}`
                    : isProtected
                      ? `, and ${application ? `the application ${named}` : "Access"} protects the host${outcome === "depends" ? ", but for those whom it lets in without a login" : ""}`
                      : stays
                        ? ", and the host is public again"
                        : led === "nowhere"
                          ? ", and no DNS record leads to it"
                          : ", and the DNS record leads elsewhere"),
          ...(remedy && { remedy }),
        },
      ];
    },
  );

interface OnPath {
  readonly application: Application;
  /** Whether it decides for all that the route takes, and not for some. */
  readonly isAll: boolean;
}

/** The applications of paths that decide for what a route takes. */
function onPathsOf(
  { hostname, path }: Route,
  applications: readonly Application[],
): OnPath[] {
  return applications.flatMap((application) =>
    publicDestinations(application)
      .map(({ uri }) => parseUri(uri ?? ""))
      .filter(
        (place) =>
          place.host === hostname &&
          place.path !== "" &&
          matchesPath({ path }, place.path.replaceAll("*", "x")),
      )
      .map((place) => ({
        application,
        isAll: openPathPattern(place.path) === path,
      })),
  );
}

/**
 * The account's applications once a destroy of a stack is done.
 *
 * @returns with the ids of those that it gives back
 */
function leftOf(
  { after, plans }: Change,
  stack: string,
): {
  readonly applications: readonly Application[];
  readonly taken: ReadonlySet<string>;
} {
  const planned = resourcesOf(plans, "application").filter(
    (one) => one.stack === stack,
  );
  const isTaken = (address: string) =>
    address.startsWith(`${EXISTING_APPLICATION}.`);
  const own = new Set(
    planned
      .filter(({ address }) => !isTaken(address))
      .map((one) => one.after?.id),
  );
  const former = new Map(
    planned
      .filter(({ address }) => isTaken(address))
      .map((one) => [String(one.after?.id), one.after?.former]),
  );
  return {
    applications: after.access.applications
      .filter(({ id }) => !own.has(id))
      .map((one) => former.get(String(one.id)) ?? one),
    taken: new Set(former.keys()),
  };
}

/** Where a host leads when the stack's own record is gone, or what it replaced is back. */
function leftLeading(
  { after, plans }: Change,
  { hostname }: Route,
  stack: string,
): Leads["kind"] {
  const planned = resourcesOf(plans, "dns_record").flatMap((one) =>
    one.stack === stack && one.after ? [one.after] : [],
  );
  const own = new Set(planned.map(({ id }) => id));
  const records = [
    ...after.records.filter(({ id }) => !own.has(id)),
    ...planned.flatMap(({ previous = [] }) => previous),
  ];
  return new NameIndex({ ...after, records }).leads(hostname).kind;
}
