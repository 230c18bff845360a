import { resourcesOf, type Change, type Route } from "../change";
import { publicDestinations } from "../../access/match-application";
import { parseUri } from "../../access/path-pattern";
import { matchesPath } from "../../ingress/match";
import { openPathPattern } from "../../ingress/open-path";
import { tokenDemand } from "../../ingress/token-demand";
import { compile } from "../../access/decide";
import type { Decision } from "../../access/decision";
import { EXISTING_APPLICATION } from "../../base/existing-application";
import { leftBehind } from "../merge";
import { NameIndex, type Leads } from "../where-it-leads";
import { quoted } from "../../base/quoted";
import { nameOf, type Finding, type Look } from "./finding";

/** What a destroy would put back, of routes that are made or changed. */
export const destroy: Look = ({ change }) =>
  resourcesOf(change.plans, "route").flatMap(
    ({ action, after, stack }): Finding[] => {
      const back = after && leftBehind(after);
      const touched = action !== "no-op" && action !== "forget";
      if (!after || !back || !touched) return [];
      const demand = tokenDemand(back);
      const refuses = back.service?.startsWith("http_status:") === true;
      const { application, outcome } = decisionWithout(change, after, stack);
      const ofPath = givenBackAt(change, after, stack);
      const isProtected =
        ofPath?.isAll === true || (outcome !== "pass" && outcome !== "depends");
      const guarded = demand !== undefined || refuses || isProtected;
      const led = leftLeading(change, after, stack);
      const stays = led === "tunnel";
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
                ? `, which requires an Access JWT${demand.auds.includes(application?.aud ?? "") ? "" : " that nobody will have: the host stays closed"}`
                : refuses
                  ? ", which lets nobody in"
                  : ofPath && isProtected
                    ? `, and the application ${quoted(ofPath.name)} as it was before the first deploy`
                    : isProtected
                      ? `, and ${application ? `the application ${quoted(application.name ?? "?")}` : "Access"} protects the host`
                      : stays
                        ? ", and the host is public again"
                        : led === "nowhere"
                          ? ", and no DNS record leads to it"
                          : ", and the DNS record leads elsewhere"),
          ...(!guarded &&
            stays && { remedy: 'write onDestroy: "remove" to leave none' }),
        },
      ];
    },
  );

/** The application of a route's path that was there before, and decides there again: for all that the route takes, or some. */
function givenBackAt(
  { plans }: Change,
  { hostname, path }: Route,
  stack: string,
): { readonly name: string; readonly isAll: boolean } | undefined {
  const [found] = resourcesOf(plans, "application")
    .filter(
      ({ address, ...one }) =>
        one.stack === stack && address.startsWith(`${EXISTING_APPLICATION}.`),
    )
    .flatMap(({ after }) =>
      publicDestinations(after ?? {})
        .map(({ uri }) => parseUri(uri ?? ""))
        .filter(
          (place) =>
            place.host === hostname &&
            place.path !== "" &&
            path !== undefined &&
            matchesPath({ path }, place.path.replaceAll("*", "x")),
        )
        .map((place) => ({
          name: after?.name ?? "?",
          isAll: openPathPattern(place.path) === path,
        })),
    );
  return found;
}

/** What a stranger gets without the applications that the stack takes away. */
function decisionWithout(
  { after, plans }: Change,
  { hostname, path = "/" }: Route,
  stack: string,
): Decision {
  const own = new Set(
    resourcesOf(plans, "application")
      .filter((one) => one.stack === stack)
      .filter(({ address }) => !address.startsWith(`${EXISTING_APPLICATION}.`))
      .map((one) => one.after?.id),
  );
  const applications = after.access.applications.filter(
    ({ id }) => !own.has(id),
  );
  return compile({ ...after.access, applications }).decide({
    host: hostname,
    path,
  });
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
