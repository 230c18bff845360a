import { type Check, notChecked, ok, problem } from "../check";
import { expiry } from "../expiry";
import { PAGES } from "../pages";
import type { SymptomContext } from "./context";
import { noToken } from "./token";

export const tokenKnown: Check<SymptomContext> = {
  id: "token-known",
  why: "Access takes a token only while it exists, is switched on and has not ended.",
  page: PAGES.serviceTokens,
  async run({ account, now, service: { name }, token: find }) {
    const store = `Store the pair again: npm run secrets -- ${name} --to env.`;
    const { fault, found } = await find();
    if (fault !== undefined) return problem(fault, store);
    if (!found) return notChecked(noToken(name));
    const { clientId, from } = found;
    const token = (await account.serviceTokens()).find(
      ({ client_id }) => client_id === clientId,
    );
    if (!token)
      return problem(
        `the account has no token ${clientId}`,
        from === "state" ? `Deploy again: npm run deploy -- ${name}.` : store,
      );
    if ("enabled" in token && token.enabled === false)
      return problem("it is switched off", "Switch it on.", token.name);
    const { expires_at } = token;
    if (expires_at && Date.parse(expires_at) <= now.getTime())
      return problem(
        expiry(expires_at, now).text,
        "Refresh it on that page: id and secret stay.",
        token.name,
      );
    return ok(
      `known, ${expiry(expires_at, now).text}${from === "state" ? "; taken from the stack's state, as none is set here" : ""}`,
      token.name,
    );
  },
};
