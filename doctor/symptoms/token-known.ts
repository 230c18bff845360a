import { credentialsFrom, credentialVariables } from "../../client/credentials";
import { type Check, notChecked, ok, problem } from "../check";
import { expiry } from "../expiry";
import { PAGES } from "../pages";
import type { SymptomContext } from "./context";

export const tokenKnown: Check<SymptomContext> = {
  id: "token-known",
  why: "Access takes a token only while it exists, is switched on and has not ended.",
  page: PAGES.serviceTokens,
  async run({ account, env, now, service: { name } }) {
    const store = `Store the pair again: npm run secrets -- ${name} --to env.`;
    const variables = credentialVariables(name);
    const both = `${variables.clientId} and ${variables.clientSecret}`;
    let pair;
    try {
      pair = credentialsFrom(env, name);
    } catch (error) {
      return problem((error as Error).message, store);
    }
    if (!pair) return notChecked(`${both} are not set here`);
    const { clientId } = pair;
    const token = (await account.serviceTokens()).find(
      ({ client_id }) => client_id === clientId,
    );
    if (!token) return problem(`the account has no token ${clientId}`, store);
    if ("enabled" in token && token.enabled === false)
      return problem("it is switched off", "Switch it on.", token.name);
    const { expires_at } = token;
    if (expires_at && Date.parse(expires_at) <= now.getTime())
      return problem(
        expiry(expires_at, now).text,
        "Refresh it on that page: id and secret stay.",
        token.name,
      );
    return ok(`known, ${expiry(expires_at, now).text}`, token.name);
  },
};
