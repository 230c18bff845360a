import { type DoctorCheck, ok, warning } from "../check";
import type { ServiceContext } from "../context";
import { PAGES } from "../pages";
import { refusalOfDestroy, sinceDeploy } from "../taken-over";

export const takenOverCheck: DoctorCheck<ServiceContext> = {
  id: "taken-over",
  why: "A destroy gives back what a deploy has changed, and is refused where that is not possible any more, or would open the host.",
  page: PAGES.applications,
  async run({ account, service }) {
    const taken = service.applications.filter(
      ({ existing, state }) => existing !== undefined && state !== undefined,
    );
    // Where nothing is, nothing has to be read.
    const all = taken.length > 0 ? await account.applications() : [];
    const seen = taken.map(async ({ domain, existing, state }) => {
      const found = all.find(({ id }) => id === existing);
      if (found === undefined || state === undefined) return [];
      const since = await sinceDeploy(account, service, found, state);
      const { afterDestroy, changes, isTouched, todo, why } = since;
      const name = `the application "${found.name}"`;
      if (!isTouched)
        return ok(`${name}, after a destroy: ${afterDestroy}`, domain);
      const changed = changes.map(
        ({ after, attribute, before }) =>
          `${attribute}: ${before} becomes ${after}`,
      );
      return warning(
        `${name} is ${[why, ...changed].join("; ")}. After a destroy: ${afterDestroy}`,
        todo ??
          (changed.length > 0
            ? `Run npm run deploy -- ${service.name}, which says what it changes before it asks. To keep a setting, state it in main.ts (application).`
            : "Find out who changed it. To have it back after a destroy, put it right on that page."),
        domain,
      );
    });
    const told = (await Promise.all(seen)).flat();
    if (told.length > 0) return told;
    const refusal = await refusalOfDestroy(account, service);
    return refusal
      ? [
          warning(
            `${refusal.isAsked ? "an unasked destroy" : "a destroy"} is refused: ${refusal.summary}`,
            refusal.detail,
            service.hostname,
          ),
        ]
      : [];
  },
};
