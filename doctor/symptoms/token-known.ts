import { endOf } from "../../base/token-end";
import { type DoctorCheck, notChecked, ok, problem } from "../check";
import { expiry } from "../expiry";
import { PAGES } from "../pages";
import { tokenName } from "../token-name";
import type { SymptomContext } from "./context";
import { noToken } from "./token";

export const tokenKnown: DoctorCheck<SymptomContext> = {
  id: "token-known",
  why: "Access takes a token only while it exists, is switched on and has not ended.",
  page: PAGES.serviceTokens,
  async run({ account, now, service: { name }, token: find }) {
    const store = `Store the pair again: npm run secrets -- ${name} --to env.`;
    const { fault, found } = await find();
    if (fault !== undefined) return problem(fault, store);
    if (!found) return notChecked(noToken(name));
    const { clientId, from } = found;
    const all = await account.serviceTokens();
    const token = all.find(({ client_id }) => client_id === clientId);
    if (!token)
      return problem(
        `the account has no token ${clientId}`,
        from === "state" ? `Deploy again: npm run deploy -- ${name}.` : store,
      );
    const about = tokenName(token, all);
    if ("enabled" in token && token.enabled === false)
      return problem("it is switched off", "Switch it on.", about);
    const end = endOf(token);
    if (end && Date.parse(end) <= now.getTime())
      return problem(
        expiry(end, now).text,
        "Refresh it on that page: id and secret stay.",
        about,
      );
    return ok(
      `known, ${expiry(end, now).text}${from === "state" ? "; taken from the stack's state, as none is set here" : ""}`,
      about,
    );
  },
};
