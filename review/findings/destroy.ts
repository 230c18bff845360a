import { resourcesOf, type Change, type Route } from "../change";
import { tokenDemand } from "../../ingress/token-demand";
import { leftBehind } from "../merge";
import { NameIndex } from "../where-it-leads";
import { nameOf, type Finding, type Look } from "./finding";

/** What a destroy would put back, of routes that are made or changed. */
export const destroy: Look = ({ change }) =>
  resourcesOf(change.plans, "route").flatMap(
    ({ action, after, stack }): Finding[] => {
      const back = after && leftBehind(after);
      const touched = action !== "no-op" && action !== "forget";
      if (!after || !back || !touched) return [];
      const guarded = tokenDemand(back) !== undefined;
      const stays = recordStays(change, after, stack);
      return [
        {
          id: "destroy-restores",
          severity: guarded || !stays ? "note" : "warning",
          subject: nameOf({ host: after.hostname, path: after.path ?? "/" }),
          text:
            `a destroy puts back the rule to ${back.service ?? "nothing"}` +
            (guarded
              ? ", which demands a JWT of Access"
              : stays
                ? ", and the host is public again"
                : ", and takes the DNS record away"),
          ...(!guarded &&
            stays && { remedy: 'write onDestroy: "remove" to leave none' }),
        },
      ];
    },
  );

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
