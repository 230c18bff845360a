import type { ExplainedEntry } from "../explain";
import { byWho, shellWord, tally, times, type StandsOutCheck } from "./check";

const machines = (
  entries: readonly ExplainedEntry[],
  result: ExplainedEntry["result"],
) => entries.filter((one) => one.kind === "machine" && one.result === result);

/** Those with a token: a policy can also let addresses in. */
const uses = (entries: readonly ExplainedEntry[]) =>
  machines(entries, "allowed").filter(
    ({ tokenId, who }) => tokenId !== undefined || who !== "",
  );

/** A pair that has leaked is used from elsewhere. */
export const tokenFromSeveralPlaces: StandsOutCheck = {
  id: "token-from-several-places",
  find: ({ entries, service }) =>
    [...byWho(uses(entries))].flatMap(([name, own]) => {
      const countries = own.flatMap(({ country }) => country ?? []);
      const addresses = own.flatMap(({ ip }) => ip || []);
      const several =
        new Set(countries).size > 1
          ? `countries: ${tally(countries)}`
          : new Set(addresses).size > 1
            ? `addresses: ${tally(addresses)}`
            : undefined;
      return several === undefined
        ? []
        : [
            `the token ${name} was used from several ${several}. If one is not yours: npm run rotate -- ${service} --token ${shellWord(name)} --overlap 0m`,
          ];
    }),
};

/** A script with a secret of yesterday, or someone who tries. */
export const machineRefused: StandsOutCheck = {
  id: "machine-refused",
  find: ({ entries, machinesKnown, service }) =>
    [
      ...byWho(
        machines(entries, "denied").filter((one) =>
          // Where the account is known, so is every token that it has: it was
          // refused beside its paths, or it is one that was deleted since.
          one.today
            ? one.today.admitted !== "no"
            : !(machinesKnown && one.tokenId),
        ),
      ),
    ].map(([name, own]) => {
      const from = tally(own.map(({ ip }) => ip || "an unknown address"));
      return own[0]?.today
        ? `a client using the id of the token ${name} was denied ${times(own.length)}, from ${from}. If it is yours, give it the current secret: npm run secrets -- ${service}`
        : `${name} was denied ${times(own.length)} without a known token, from ${from}`;
    }),
};

export const tokenUnused: StandsOutCheck = {
  id: "token-unused",
  ofOwn: true,
  find({ entries, machinesKnown, tokens }) {
    const used = new Set(uses(entries).map(({ who }) => who.toLowerCase()));
    // Without GraphQL the log has machines, but Cloudflare does not promise all.
    const hedge = machinesKnown ? "" : ", but it may be incomplete";
    return tokens
      .filter(({ clientId }) => !used.has(clientId.toLowerCase()))
      .map(
        ({ name }) =>
          `the log shows no use of the token ${name}${hedge}. If nothing needs it, remove it from main.ts`,
      );
  },
};

export const tokenOfNobody: StandsOutCheck = {
  id: "token-of-nobody",
  find({ entries, machinesKnown, tokens }) {
    const own = new Set(tokens.map(({ clientId }) => clientId.toLowerCase()));
    // One that no policy admits any more was in use before it was removed.
    const others = uses(entries).filter(
      ({ today, tokenId, who }) =>
        !own.has(who.toLowerCase()) &&
        (today ? today.admitted !== "no" : !(machinesKnown && tokenId)),
    );
    return [...byWho(others)].map(
      ([name, all]) =>
        `the token ${name} was allowed ${times(all.length)}, but the stack has no such token, and today's policies admit it: someone changed them by hand`,
    );
  },
};
