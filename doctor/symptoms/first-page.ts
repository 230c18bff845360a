import { openFirstPage } from "../../probe/checks/first-page";
import { type DoctorCheck, notChecked, ok, problem } from "../check";
import { firstPageCheck } from "../checks/first-page";
import { ruleFor } from "./as-machine";
import { placeOf } from "./answerer";
import type { SymptomContext } from "./context";

/** By now Access admits the token, so that the page itself can be asked. */
export const firstPageOpens: DoctorCheck<SymptomContext> = {
  ...firstPageCheck,
  async run(context) {
    const { outside, path = "/", service } = context;
    if (path !== "/") return [];
    const { found: pair } = await context.token();
    // Without a token only what the code says can be told.
    if (!pair) {
      const [said] = [await firstPageCheck.run(context)].flat();
      return said?.todo ? problem(said.what, said.todo, said.about) : [];
    }
    const { hostname } = service;
    const rule = await ruleFor(context, "/");
    const found = await openFirstPage({ ...service, rule }, pair, outside);
    switch (found.status) {
      case "kept":
        return ok(`the page opens as from the login (${found.seen})`, hostname);
      case "broken":
        return {
          ...problem(`${found.seen}: ${found.cause}`, found.remedy, hostname),
          ...(found.by && placeOf(found.by)),
        };
      default:
        return notChecked(found.why, hostname);
    }
  },
};
