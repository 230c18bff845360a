import type { AccountState, Change } from "./change";
import { cellsAt } from "./cells";
import { Judge } from "./judge";
import type { Undecided } from "./path-classes";
import { placesOf, type Place } from "./places";
import { regionsOf } from "./regions";
import { subjectsOf, type Subject } from "./subjects";
import { arrivalOf, reaches, type Verdict } from "./verdict";
import { withoutRepeats } from "./without-repeats";

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
 * to it in another way or to another service, or it is or was in doubt.
 * `same`: nothing that anyone would notice.
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
  /** More wildcards meet than can be looked at. */
  readonly crowded: boolean;
}

/** All that decides, of the account before and after a change. */
export interface Sides {
  readonly before: Judge;
  readonly after: Judge;
}

/**
 * Asks for every subject at every place what comes of it, before and after.
 *
 * @param now for the expiry of tokens
 */
export function matrixOf(change: Change, now: Date): Matrix {
  const sides = {
    before: new Judge(change.before),
    after: new Judge(change.after),
  };
  const { crowded, places, undecided } = placesOf(
    change,
    sides.before,
    sides.after,
  );
  const subjects = subjectsOf(change);
  const context = {
    sides,
    now,
    regions: regionsOf(change),
    methods: methodsOf(change),
  };
  const all = places.map((place) => ({
    place,
    cells: subjects.flatMap((subject) => cellsAt(place, subject, context)),
  }));
  const kept = withoutRepeats(all);
  const cells = kept.flatMap((one) => one.cells);
  return {
    places: kept.map(({ place }) => place),
    // Some are asked about by login method or region, each a subject of its own.
    subjects: [
      ...new Map(
        cells.map(({ subject }) => [subject.id, subject] as const),
      ).values(),
    ],
    cells,
    undecided,
    crowded,
  };
}

/** The login methods of before and after, each once. */
function methodsOf({ after, before }: Change) {
  const of = ({ access }: AccountState) => access.identity_providers ?? [];
  return [
    ...new Map(
      [...of(before), ...of(after)].map((one) => [one.id ?? "", one] as const),
    ).values(),
  ];
}

/** What becomes of someone's access from before to after. */
export function turnOf({
  after,
  before,
}: {
  readonly before: Verdict;
  readonly after: Verdict;
}): Turn {
  // What hangs on other things than before may come out in another way.
  if (before.outcome === "depends" && after.outcome === "depends")
    return before.how === after.how &&
      (before.how !== undefined || before.reason === after.reason)
      ? "same"
      : "otherwise";
  if (before.outcome === after.outcome)
    return arrivalOf(before) === arrivalOf(after) ? "same" : "otherwise";
  if (before.outcome === "depends" || after.outcome === "depends")
    return "otherwise";
  const [was, is] = [reaches(before), reaches(after)];
  if (was !== is) return is ? "gains" : "loses";
  return was ? "otherwise" : "same";
}
