import { type Check, ok, warning } from "../check";
import type { AccountContext } from "../context";
import { expiry } from "../expiry";
import { PAGES } from "../pages";

export const serviceTokensCheck: Check<AccountContext> = {
  id: "service-tokens",
  why: "Machines are refused from the day on which their token ends.",
  page: PAGES.serviceTokens,
  async run({ account, now }) {
    const tokens = await account.serviceTokens();
    const ending = tokens
      .map(({ expires_at, name }) => ({ name, end: expiry(expires_at, now) }))
      .filter(({ end }) => end.soon);
    if (ending.length === 0)
      return ok(
        tokens.length === 0
          ? "none in the account yet"
          : `${tokens.length} in the account, none ends within 30 days`,
      );
    return ending.map(({ end, name }) =>
      warning(
        `${end.text}`,
        "Refresh it for another year on that page, or rotate it.",
        name,
      ),
    );
  },
};
