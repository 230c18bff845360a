import { NotKnown } from "../../account/not-known";
import { type DoctorCheck, notChecked, ok, problem } from "../check";
import { PAGES } from "../pages";
import { tokenName } from "../token-name";
import { decideNow, type SymptomContext } from "./context";

export const tokenAdmitted: DoctorCheck<SymptomContext> = {
  id: "token-admitted",
  why: "A token counts only in a Service Auth policy; in an Allow policy the caller is sent to the login.",
  page: PAGES.applications,
  async run(context) {
    const { account, path, service } = context;
    const { found: pair } = await context.token();
    if (!pair) throw new NotKnown("there is no token here to ask about");
    const all = await account.serviceTokens();
    const token = all.find(({ client_id }) => client_id === pair.clientId);
    if (!token) throw new NotKnown("the account does not have the token");
    const about = tokenName(token, all);
    const decision = await decideNow(context, {
      path: path ?? service.apiPath,
      serviceToken: { state: "valid", id: String(token.id) },
    });
    if (decision.outcome === "pass") return ok(decision.reason, about);
    if (decision.outcome === "depends")
      return notChecked(decision.reason, about);
    return problem(
      decision.reason,
      `Give the application a Service Auth policy that names it: npm run deploy -- ${service.name}.`,
      about,
    );
  },
};
