import type { Identity, PresentedServiceToken } from "../access/request";
import type { AccountState, Change } from "./change";
import { Judge, type Asker, type Spot } from "./judge";
import { reaches, type Verdict } from "./verdict";
import { loginMethodsOf } from "./login-methods";
import { placesOf, type Place } from "./places";
import type { Undecided } from "./path-classes";
import { subjectsOf, type Subject } from "./subjects";

/** What comes of one subject's requests to one place, before and after. */
export interface Cell {
  readonly place: Place;
  readonly subject: Subject;
  readonly before: Verdict;
  readonly after: Verdict;
  readonly turn: Turn;
}

/**
 * `gains` and `loses`: comes to the service, or no longer. `otherwise`: comes
 * to it in another way, or it is or was in doubt. `same`: nothing that anyone
 * would notice.
 */
export type Turn = "gains" | "loses" | "otherwise" | "same";

/** Who can reach what, before and after. */
export interface Matrix {
  readonly places: readonly Place[];
  readonly subjects: readonly Subject[];
  /** Every subject at every place. */
  readonly cells: readonly Cell[];
  /** Patterns of which nobody can tell what they match: a sample stands for them. */
  readonly undecided: readonly Undecided[];
}

/**
 * Asks for every subject at every place what comes of it, before and after.
 *
 * @param now for the expiry of tokens
 */
export function matrixOf(change: Change, now: Date): Matrix {
  const before = new Judge(change.before);
  const after = new Judge(change.after);
  const { places, undecided } = placesOf(change, before, after);
  const subjects = subjectsOf(change);
  const cells = places.flatMap((place) =>
    subjects.map((subject): Cell => {
      const verdicts = {
        before: bestVerdict(before, place.before, subject, now),
        after: bestVerdict(after, place.after, subject, now),
      };
      return { place, subject, ...verdicts, turn: turnOf(verdicts) };
    }),
  );
  return { places, subjects, cells, undecided };
}

function turnOf({
  after,
  before,
}: {
  readonly before: Verdict;
  readonly after: Verdict;
}): Turn {
  // What hangs on other things than before may come out in another way.
  if (before.outcome === "depends" && after.outcome === "depends")
    return before.reason === after.reason ? "same" : "otherwise";
  if (before.outcome === after.outcome) return "same";
  if (before.outcome === "depends" || after.outcome === "depends")
    return "otherwise";
  if (reaches(before) !== reaches(after))
    return reaches(after) ? "gains" : "loses";
  return reaches(before) ? "otherwise" : "same";
}

/** What comes of a subject's request: the best that any login method brings. */
function bestVerdict(
  judge: Judge,
  spot: Spot,
  subject: Subject,
  now: Date,
): Verdict {
  const askers = askersOf(judge, spot, subject, now);
  const verdicts = askers.map((asker) => judge.verdict(spot, asker));
  return verdicts.reduce((one, other) =>
    RANK.indexOf(other.outcome) >= RANK.indexOf(one.outcome) ? other : one,
  );
}

/** From what brings least to what brings most. */
const RANK: readonly Verdict["outcome"][] = [
  "refused",
  "nowhere",
  "depends",
  "token",
  "login",
  "open",
  "public",
];

const NOBODY: Asker = { identity: null, serviceToken: null };

/** The requests that a subject may make: a person with each login method that counts. */
function askersOf(
  judge: Judge,
  { application }: Spot,
  subject: Subject,
  now: Date,
): readonly [Asker, ...Asker[]] {
  switch (subject.kind) {
    case "nobody":
      return [NOBODY];
    case "token":
      return [
        {
          identity: null,
          serviceToken: presented(judge.state, subject.tokenId, now),
        },
      ];
    default: {
      const identities = loginMethodsOf(application, judge.state).map(
        ({ id, type }): Identity => ({
          email: subject.email,
          idp: { id: id ?? "", type: type ?? "" },
        }),
      );
      const [first = NOBODY, ...more] = identities.map((identity) => ({
        identity,
        serviceToken: null,
      }));
      return [first, ...more];
    }
  }
}

/** A token that is not there yet, or no longer, is as good as a wrong one. */
function presented(
  { tokens }: AccountState,
  id: string,
  now: Date,
): PresentedServiceToken {
  const token = tokens.find((one) => one.id === id);
  if (token === undefined) return { state: "invalid" };
  if (token.enabled === false) return { state: "disabled", id };
  const ends = token.expires_at ? Date.parse(token.expires_at) : Infinity;
  return { state: ends > now.getTime() ? "valid" : "expired", id };
}
