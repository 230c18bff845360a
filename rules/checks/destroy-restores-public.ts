import { tokenDemand } from "../../ingress/token-demand";
import { leftBehind } from "../../review/merge";
import { resourcesOf } from "../../review/change";
import { sameRule } from "../../providers/tunnel-route/document";
import type { Rule } from "../rule";

export const destroyRestoresPublic: Rule = {
  id: "destroy-restores-public",
  title: "Destroy restores a public ingress rule",
  why: "A destroy restores the previous ingress rule, which requires no login.",
  remedy:
    'Deploy onDestroy: "remove" first, which helps where no wider rule then takes the host, or write a waiver where the host should be public.',
  check: (managed) =>
    resourcesOf(managed.plans, "route").flatMap(({ action, before, stack }) => {
      if (!before || (action !== "delete" && action !== "replace")) return [];
      const { hostname, path, tunnel_id } = before;
      const rule = leftBehind(before);
      if (
        !rule ||
        tokenDemand(rule) ||
        rule.service?.startsWith("http_status:")
      )
        return [];
      const tunnel = managed.after.tunnels.find(({ id }) => id === tunnel_id);
      const present = tunnel?.rules.some((one) => sameRule(one, rule));
      if (!present || !managed.strangerAt(hostname)) return [];
      return [
        {
          stack,
          about: hostname + (path ? ` ${path}` : ""),
          what: `routes everyone to ${rule.service ?? "a service"} again`,
        },
      ];
    }),
};
