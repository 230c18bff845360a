import { NotKnown } from "../../account/not-known";
import { type DoctorCheck, ok, problem, warning } from "../check";
import type { AccountContext } from "../context";
import { PAGES } from "../pages";
import { expiry } from "../expiry";

export const apiTokenCheck: DoctorCheck<AccountContext> = {
  id: "api-token",
  why: "Every call of a deploy is made with it.",
  page: PAGES.apiTokens,
  async run({ account, now }) {
    const token = await account.apiToken().catch((error: unknown) => {
      if (error instanceof NotKnown) return error;
      throw error;
    });
    // Nothing else can be looked at either, so this is no mere "not checked".
    if (token instanceof NotKnown)
      return problem(
        `no answer about the token: ${token.message}`,
        "Check the network and CLOUDFLARE_BASE_URL, then look again.",
      );
    const { expiresOn, owner, status } = token;
    if (status !== "active")
      return problem(
        `Cloudflare says that CLOUDFLARE_API_TOKEN is ${status}`,
        "Make a token and copy it again; a token of the account must be of this account (CLOUDFLARE_ACCOUNT_ID).",
      );
    const what = `active, owned by ${owner === "user" ? "a user" : "the account"}`;
    const end = expiry(expiresOn, now);
    return end.soon
      ? warning(
          `${what}, ${end.text}`,
          "Roll it or move its end before that; deploys fail afterwards.",
        )
      : ok(`${what}, ${end.text}`);
  },
};
