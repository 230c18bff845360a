import { credentialsFrom } from "../../client/credentials";
import { NotKnown } from "../../account/not-known";
import { type Check, notChecked, problem } from "../check";
import { PAGES } from "../pages";
import { askAsMachine } from "./as-machine";
import type { SymptomContext } from "./context";

/** The last to be asked: by now token and policies are in order. */
export const tokenWorks: Check<SymptomContext> = {
  id: "token-works",
  why: "Access wants both halves of the token, each in its header, on every request.",
  page: PAGES.serviceTokens,
  async run(context) {
    const { env, path, service } = context;
    const { apiPath, name } = service;
    if (!credentialsFrom(env, name))
      throw new NotKnown("there is no token here to try");
    const answer = await askAsMachine(context, path ?? apiPath);
    const { kept, status, url } = answer;
    if (kept !== undefined)
      return problem(
        `refused with ${status}, though the account knows and admits it: the secret is another one`,
        `Store the pair again (npm run secrets -- ${name} --to env); after a rotation everywhere.`,
        url,
      );
    if (status >= 500)
      return notChecked(`answered ${status}: try --symptom ${status}`, url);
    if (status >= 300) {
      const { cause, remedy } = await answer.told();
      return problem(
        `Access admits the token; answered ${status}: ${cause}`,
        `${remedy}.`,
        url,
      );
    }
    return problem(
      `the pair from here works (${status}): the caller does not send it, or sends half`,
      "Send CF-Access-Client-Id and CF-Access-Client-Secret on every request, to https and this very host. CF-Access-Token is not for service tokens. A 403 for a page's scripts alone is the service's own check of Origin and Host: try --symptom blank-page.",
      url,
    );
  },
};
