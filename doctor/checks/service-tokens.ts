import { endOf } from "../../base/token-end";
import { type DoctorCheck, ok, problem, warning } from "../check";
import type { AccountContext } from "../context";
import { expiry } from "../expiry";
import { PAGES } from "../pages";
import { tokenName } from "../token-name";

export const serviceTokensCheck: DoctorCheck<AccountContext> = {
  id: "service-tokens",
  why: "Machines are refused from the day on which their token ends.",
  page: PAGES.serviceTokens,
  async run({ account, now, plans }) {
    const tokens = await account.serviceTokens();
    const unusable = (plans?.services ?? []).flatMap(({ name, notes }) =>
      (notes?.existingTokens ?? []).flatMap((existing) => {
        const fault = existingFault(existing, tokens, now);
        return fault ? problem(...fault, name) : [];
      }),
    );
    if (unusable.length > 0) return unusable;
    const ending = tokens
      .map((token) => ({
        name: tokenName(token, tokens),
        end: expiry(endOf(token), now),
      }))
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
        "Refresh it for another year on that page: id and secret stay.",
        name,
      ),
    );
  },
};

type Token = Awaited<
  ReturnType<AccountContext["account"]["serviceTokens"]>
>[number];

/** What keeps a token of the account, which a service only admits, from working. */
export function existingFault(
  existing: string,
  tokens: readonly Token[],
  now: Date,
): [seen: string, remedy: string] | undefined {
  const token = tokens.find(
    ({ client_id, id }) => existing === id || existing === client_id,
  );
  if (!token)
    return [
      `the account has no token ${existing}, and the deploy would stop`,
      `Write the id of one that there is as existing in main.ts: ${tokens.map(({ id, name }) => `${name} (${id})`).join(", ") || "there is none"}.`,
    ];
  if ("enabled" in token && token.enabled === false)
    return [
      `the token ${token.name} (${existing}) is switched off`,
      "Switch it on.",
    ];
  const until = endOf(token);
  const end = expiry(until, now);
  return until && Date.parse(until) <= now.getTime()
    ? [
        `the token ${token.name} (${existing}): ${end.text}`,
        "Refresh it on that page: id and secret stay.",
      ]
    : undefined;
}
