import { NotKnown } from "../../account/not-known";
import { type DoctorCheck, notChecked, ok, problem } from "../check";
import { PAGES } from "../pages";
import { distrust } from "../../probe/who-answered";
import { placeOf, problemBy } from "./answerer";
import { askAsMachine, ruleFor } from "./as-machine";
import type { SymptomContext } from "./context";
import { isOpen } from "./open-path";
import { noToken } from "./token";

/** By now token and policies are in order: what is left is the secret, or not Access. */
export const tokenWorks: DoctorCheck<SymptomContext> = {
  id: "token-works",
  why: "Access wants both halves of the token, each in its header, on every request.",
  page: PAGES.serviceTokens,
  async run(context) {
    const { path, service } = context;
    const { apiPath, name } = service;
    const { found } = await context.token();
    const open = isOpen(context);
    if (!found && !open) throw new NotKnown(noToken(name));
    const answer = await askAsMachine(context, path ?? apiPath);
    const { kept, status, url } = answer;
    if (kept !== undefined)
      return open
        ? problem(
            `Access answers ${status} at an open path: its application has no Bypass policy`,
            `Deploy again: npm run deploy -- ${name}.`,
            url,
          )
        : problem(
            `refused with ${status}, though the account knows and admits it: the secret is a different one`,
            found?.from === "state"
              ? `Somebody gave it a new secret: store that one where it is known. Else npm run rotate -- ${name} makes another, and whoever works with the present one has 24 hours.`
              : `Store the pair again (npm run secrets -- ${name} --to env); after a rotation everywhere.`,
            url,
          );
    if (status >= 500 && !(await answer.distrusted()))
      return notChecked(`answered ${status}: try --symptom ${status}`, url);
    if (status >= 300)
      return {
        ...(await problemBy(
          answer,
          `${open ? "an open path" : "Access admits the token"}; answered ${status}`,
        )),
        id: "who-answers",
      };
    return open
      ? notChecked(`answered ${status} just now`, url)
      : ok(`the pair from here works (${status})`, url);
  },
};

/** Where no token can be sent from here: what the account tells of the rule. */
export const connectorTrusts: DoctorCheck<SymptomContext> = {
  id: "who-answers",
  ...placeOf(["the connector"]),
  async run(context) {
    const { path, service } = context;
    const { apiPath, hostname, name, routes } = service;
    if ((await context.token()).found || isOpen(context)) return [];
    const rule = await ruleFor(context, path ?? apiPath);
    if (rule?.trusts !== false) return [];
    const isDeployed = routes.some(({ id }) => id !== undefined);
    const { cause, remedy } = distrust({ name, rule, isDeployed });
    return problem(
      `whoever Access admits is refused: ${cause}`,
      `${remedy}.`,
      hostname,
    );
  },
};

/** The last to be asked: the token works from here, so that the caller is left. */
export const callerSendsToken: DoctorCheck<SymptomContext> = {
  id: "caller",
  why: "Access admits a machine by two headers on every request, and from here that works.",
  page: "docs/clients.md",
  async run({ service: { hostname }, token }) {
    const { found } = await token();
    if (!found) return [];
    return problem(
      "token and service are in order from here. What is left is the caller: it does not send the token, sends half of it, or sends a different one",
      "Send CF-Access-Client-Id and CF-Access-Client-Secret on every request, over https, to exactly this host. CF-Access-Token is not for service tokens. A 403 for a page's scripts alone is the service's own check of Origin and Host: try --symptom blank-page. Where a caller can do neither, as a guest or a webhook's sender, openPaths in main.ts opens the path to everyone (docs/open-paths.md).",
      hostname,
    );
  },
};
