import { resourcesOf, type Change, type Route } from "../change";
import { tokenDemand } from "../../ingress/token-demand";
import { compile } from "../../access/decide";
import type { Decision } from "../../access/decision";
import { EXISTING_APPLICATION } from "../../base/existing-application";
import { leftBehind } from "../merge";
import { NameIndex } from "../where-it-leads";
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
      const isProtected = outcome !== "pass" && outcome !== "depends";
      const guarded = demand !== undefined || refuses || isProtected;
      const stays = recordStays(change, after, stack);
      return [
        {
          id: "destroy-restores",
          severity: guarded || !stays ? "note" : "warning",
          subject: nameOf({ host: after.hostname, path: after.path ?? "/" }),
          text:
            `a destroy puts back the rule to ${back.service ?? "nothing"}` +
            (demand
              ? `, which demands a JWT of Access${demand.auds.includes(application?.aud ?? "") ? "" : " that nobody will have: the host stays closed"}`
              : refuses
                ? ", which lets nobody in"
                : isProtected
                  ? `, and ${application ? `the application ${quoted(application.name ?? "?")}` : "Access"} protects the host`
                  : stays
                    ? ", and the host is public again"
                    : ", and takes the DNS record away"),
          ...(!guarded &&
            stays && { remedy: 'write onDestroy: "remove" to leave none' }),
        },
      ];
    },
  );

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

/** Whether a host is found still when the stack's own record is gone. */
function recordStays(
  { after, plans }: Change,
  { hostname }: Route,
  stack: string,
): boolean {
  const own = new Set(
    resourcesOf(plans, "dns_record")
      .filter((one) => one.stack === stack)
      .map((one) => one.after?.id),
  );
  const records = after.records.filter(({ id }) => !own.has(id));
  const left = new NameIndex({ ...after, records });
  return left.leads(hostname).kind !== "nowhere";
}
