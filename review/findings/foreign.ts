import { resourcesOf } from "../change";
import { nameOf, type Finding, type Look } from "./finding";
import { quoted } from "../../base/quoted";

/**
 * What the account has beside the code on the hosts of the code: applications
 * and rules that take a part of them, or all.
 */
export const foreign: Look = ({ change, matrix }) => {
  const { plans } = change;
  const apps = resourcesOf(plans, "application");
  const routes = resourcesOf(plans, "route");
  const hosts = new Set(
    routes.flatMap(({ after }) => (after ? [after.hostname] : [])),
  );
  const ours = {
    apps: new Set(apps.flatMap(({ after }) => after?.id ?? [])),
    rules: new Set(
      routes.flatMap(({ after }) =>
        after ? [`${after.hostname} ${after.path ?? ""}`] : [],
      ),
    ),
  };
  return matrix.places.flatMap((place): Finding[] => {
    if (!hosts.has(place.host)) return [];
    const { application, rule } = place.after;
    const where = nameOf(place);
    return [
      ...(application && !ours.apps.has(application.id ?? "")
        ? [
            {
              id: "foreign-application",
              severity: "warning" as const,
              subject: where,
              text: `the application ${quoted(application.name ?? application.id ?? "?")}, which is not in the code, decides here`,
              remedy:
                "bring it into the code; do not delete it before the code covers this host, because that can make it public",
            },
          ]
        : []),
      ...(rule && !ours.rules.has(`${rule.hostname ?? ""} ${rule.path ?? ""}`)
        ? [
            {
              id: "foreign-rule",
              severity: "warning" as const,
              subject: where,
              text: `the tunnel's rule for ${rule.hostname ?? "every host"}${rule.path ? ` ${rule.path}` : ""}, which is not in the code, takes it to ${rule.service ?? "nothing"}`,
              remedy:
                "bring it into the code (existingRules for one of a path); do not remove it before you know which rule takes its requests then: that may open what this one closes, or refuse who gets in by it",
            },
          ]
        : []),
    ];
  });
};
