import type { ExplainedEntry } from "../explain";
import { minute } from "../minute";
import { byWho, shellWord, tally, times, type StandsOutCheck } from "./check";

/** So many refusals are no slip with the wrong account any more. */
const OFTEN = 3;

/** Named in one line. */
const MOST_NAMES = 10;

const people = (
  entries: readonly ExplainedEntry[],
  result: ExplainedEntry["result"],
) => entries.filter((one) => one.kind === "person" && one.result === result);

/** A session outlives the policy that let someone in. */
export const noLongerAdmitted: StandsOutCheck = {
  id: "no-longer-admitted",
  find: ({ entries, own: { ended } = { rays: [], ended: [] }, service }) =>
    [...byWho(people(entries, "allowed"))]
      .map(([who, own]) => ({ who, last: own.at(-1)! }))
      .filter(({ last }) => last.today?.admitted === "no")
      // Whose sessions were seen to have ended since is not inside any more.
      .filter(
        ({ who, last }) =>
          !ended.some(
            ({ at, hostname, person }) =>
              at > last.at &&
              (person === undefined
                ? hostname === last.domain.split("/")[0]
                : person === who),
          ),
      )
      .map(
        ({ who, last }) =>
          `${who} was allowed on ${minute(last.at)} UTC, but today's policies would deny them: their session may still be active. End it: npm run revoke -- ${service} --person ${shellWord(who)}`,
      ),
};

export const refusedOften: StandsOutCheck = {
  id: "refused-often",
  find: ({ entries }) =>
    [...byWho(people(entries, "denied"))]
      .filter(([, own]) => own.length >= OFTEN)
      .map(([who, own]) => {
        const countries = own.flatMap(({ country }) => country ?? []);
        const places = countries.length > 0 ? ` in ${tally(countries)}` : "";
        return `${who} was denied ${times(own.length)}, from ${tally(own.map(({ ip }) => ip || "an unknown address"))}${places}`;
      }),
};

/** Nobody whom a policy names, and nobody who got in before. */
export const strangers: StandsOutCheck = {
  id: "strangers",
  find({ entries }) {
    const known = new Set(people(entries, "allowed").map(({ name }) => name));
    const names = [...byWho(people(entries, "denied"))]
      .filter(
        ([who, own]) =>
          !known.has(who) &&
          own.length < OFTEN &&
          own.every(({ today }) => today?.admitted === "no"),
      )
      .map(([who]) => who);
    if (names.length === 0) return [];
    const some = names.slice(0, MOST_NAMES).join(", ");
    const others = names.length - MOST_NAMES;
    return [
      `denied, and not admitted by any policy: ${some}${others > 0 ? ` and ${others} more` : ""}. To admit one of them, add them and deploy`,
    ];
  },
};

export const refusedThoughAdmitted: StandsOutCheck = {
  id: "refused-though-admitted",
  find: ({ entries }) =>
    [...byWho(people(entries, "denied"))]
      .map(([who, own]) => ({ who, last: own.at(-1)! }))
      .filter(({ last }) => last.today?.admitted === "yes")
      .map(
        ({ who, last }) =>
          `${who} was denied on ${minute(last.at)} UTC, and today's policies would admit them: the policies have changed since, or a required condition was not met then`,
      ),
};

export const severalCountries: StandsOutCheck = {
  id: "several-countries",
  find: ({ entries }) =>
    [...byWho(people(entries, "allowed"))].flatMap(([who, own]) => {
      const known = own.flatMap(({ country }) => country ?? []);
      return new Set(known).size > 1
        ? [`${who} was allowed from several countries: ${tally(known)}`]
        : [];
    }),
};

export const nobody: StandsOutCheck = {
  id: "nobody",
  find: ({ entries }) =>
    people(entries, "allowed").length === 0
      ? [
          "nobody logged in; sessions that started earlier continue without a log entry",
        ]
      : [],
};
