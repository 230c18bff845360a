import { credentialsFrom } from "../../client/credentials";
import { openFirstPage } from "../../probe/checks/first-page";
import { type Check, notChecked, ok, problem } from "../check";
import { firstPageCheck } from "../checks/first-page";
import type { SymptomContext } from "./context";

/** By now Access admits the token, so that the page itself can be asked. */
export const firstPageOpens: Check<SymptomContext> = {
  ...firstPageCheck,
  async run(context) {
    const { env, outside, service } = context;
    const pair = credentialsFrom(env, service.name);
    // Without a token only what the code says can be told.
    if (!pair) {
      const [said] = [await firstPageCheck.run(context)].flat();
      return said?.todo ? problem(said.what, said.todo, said.about) : [];
    }
    const { hostname } = service;
    const found = await openFirstPage(hostname, pair, outside);
    switch (found.status) {
      case "kept":
        return ok(`the page opens as from the login (${found.seen})`, hostname);
      case "broken":
        return problem(`${found.seen}: ${found.cause}`, found.remedy, hostname);
      default:
        return notChecked(found.why, hostname);
    }
  },
};
