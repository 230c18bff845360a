import type { ExplainedEntry } from "../explain";
import { byWho, tally, times, type StandsOutCheck } from "./check";

const uses = (entries: readonly ExplainedEntry[]) =>
  entries.filter(({ kind, result }) => kind === "token" && result === "let in");

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
            `the token ${name} was used from several ${several}. If one is not yours: npm run rotate -- ${service} --token ${name} --overlap 0m`,
          ];
    }),
};

/** Not proof: Cloudflare promises these entries in its GraphQL API only. */
export const tokenUnused: StandsOutCheck = {
  id: "token-unused",
  find({ entries, tokens }) {
    const used = new Set(uses(entries).map(({ who }) => who));
    return tokens
      .filter(({ clientId }) => !used.has(clientId.toLowerCase()))
      .map(
        ({ name }) =>
          `no use of the token ${name} is in the log, which lists machines without promise. If none needs it, take it out of main.ts`,
      );
  },
};

export const tokenOfNobody: StandsOutCheck = {
  id: "token-of-nobody",
  find({ entries, tokens }) {
    const own = new Set(tokens.map(({ clientId }) => clientId.toLowerCase()));
    const others = uses(entries).filter(({ who }) => !own.has(who));
    return [...byWho(others)].map(
      ([name, all]) =>
        `the token ${name} was let in ${times(all.length)}, and the stack has no such token: someone changed the policies by hand, or it has been taken out since`,
    );
  },
};
