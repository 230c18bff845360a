import {
  EXISTING_APPLICATION,
  takeOverProp,
} from "../../base/existing-application";
import { resourcesOf } from "../change";
import type { Finding, Look } from "./finding";

/** Applications that a change takes over and deletes at once: a stack's own, named as an existing one. */
export const takenOver: Look = ({ change }) => {
  const applications = resourcesOf(change.plans, "application");
  const existing = new Set(
    applications
      .filter(({ address }) => address.startsWith(`${EXISTING_APPLICATION}.`))
      .map(({ after }) => after?.id),
  );
  return applications.flatMap(({ action, before }): Finding[] =>
    before?.id !== undefined &&
    existing.has(before.id) &&
    (action === "delete" || action === "replace")
      ? [
          {
            id: "taken-over-deleted",
            severity: "error",
            subject: before.name ?? String(before.id),
            text: "a stack created this application, and deletes it in the same change that takes it over as an existing one: nobody could log in any more",
            remedy: `remove ${takeOverProp(before.domain ?? "")} from main.ts, or use the id of another application`,
          },
        ]
      : [],
  );
};
