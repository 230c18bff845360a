import { Judge } from "../judge";
import { reaches } from "../verdict";
import { resourcesOf } from "../change";
import { nameOf, type Finding, type Look } from "./finding";

const NOBODY = { identity: null, serviceToken: null };

/**
 * Places that are protected before and after, and open while the deploy runs:
 * two applications can't have one host, so that the old one goes before the new
 * one is made.
 */
export const meanwhile: Look = ({ change, matrix }) => {
  const planned = resourcesOf(change.plans, "application");
  const gone = new Set(
    planned.flatMap(({ action, before, goneFirst }) =>
      action === "delete" || goneFirst ? (before?.id ?? []) : [],
    ),
  );
  const made = new Set(
    planned.flatMap(({ action, after }) =>
      action === "create" || action === "replace" ? (after?.id ?? []) : [],
    ),
  );
  if (gone.size === 0 || made.size === 0) return [];
  const { access } = change.before;
  const judge = new Judge({
    ...change.before,
    access: {
      ...access,
      applications: access.applications.filter(({ id }) => !gone.has(id ?? "")),
    },
  });
  return matrix.cells.flatMap(
    ({ after, before, place, subject }): Finding[] => {
      if (subject.kind !== "nobody" || reaches(before) || reaches(after))
        return [];
      if (!gone.has(place.before.application?.id ?? "")) return [];
      if (!made.has(place.after.application?.id ?? "")) return [];
      const verdict = judge.verdict(judge.at(place.request), NOBODY);
      return reaches(verdict)
        ? [
            {
              id: "open-meanwhile",
              severity: "error",
              subject: nameOf(place),
              text: `everyone can reach it during the deploy: its application is deleted before the new one is created, and ${verdict.reason}`,
              remedy:
                "change the application in place, or make the route require the Access JWT in an earlier deploy: it then refuses everyone in between",
            },
          ]
        : [];
    },
  );
};
