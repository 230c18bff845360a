import type { Severity } from "../base/severity";
import type { Finding } from "./findings/finding";
import { grouped } from "./findings/grouped";
import type { Verdict } from "./verdict";
import type { Cell, Matrix, Turn } from "./matrix";
import type { Place } from "./places";
import type { Subject } from "./subjects";

/** Subjects for whom a change is the same at a place. */
export interface Row {
  readonly place: Place;
  readonly subjects: readonly Subject[];
  readonly before: Verdict;
  readonly after: Verdict;
  readonly turn: Turn;
  /** Why, for people. */
  readonly reason: string;
}

/** Outcomes as reports name them. */
export const WORDS: Readonly<Record<Verdict["outcome"], string>> = {
  public: "PUBLIC",
  open: "open",
  login: "by login",
  token: "by token",
  refused: "no",
  nowhere: "not there",
  depends: "depends",
};

const TURNS: Readonly<Record<Turn, string>> = {
  gains: "gains",
  loses: "loses",
  otherwise: "changes",
  same: "",
};

type Turned = Pick<Row, "after" | "before" | "turn">;

/** What becomes of somebody, in a word. */
export function turnWord(one: Turned): string {
  return mayGain(one) ? "maybe" : TURNS[one.turn];
}

/** Whether it hangs on something that somebody comes in who did not. */
function mayGain({ after, before, turn }: Turned): boolean {
  return (
    turn === "otherwise" &&
    after.outcome === "depends" &&
    (before.outcome === "refused" || before.outcome === "nowhere")
  );
}

/**
 * The matrix with those together for whom the same policy comes to the same
 * end.
 *
 * @param all what stays as it is, too
 */
export function rowsOf({ cells }: Matrix, all = false): Row[] {
  const groups = new Map<string, Cell[]>();
  const numbers = new Map<Place, number>();
  for (const cell of cells) {
    if (!all && cell.turn === "same") continue;
    const { after, before, place } = cell;
    if (!numbers.has(place)) numbers.set(place, numbers.size);
    const key = JSON.stringify([
      numbers.get(place),
      before.outcome,
      after.outcome,
      before.policy,
      after.policy,
    ]);
    const group = groups.get(key);
    if (group) group.push(cell);
    else groups.set(key, [cell]);
  }
  return [...groups.values()].flatMap((group): Row[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { after, before, place, turn } = first;
    const subjects = group.map(({ subject }) => subject);
    return [{ place, subjects, before, after, turn, reason: reasonOf(group) }];
  });
}

/** Why the first of a group is treated so, in words that fit all of it. */
function reasonOf(cells: readonly Cell[]): string {
  const [first] = cells;
  if (first === undefined) return "";
  const { after, subject } = first;
  return "email" in subject
    ? after.reason.replaceAll(
        subject.email,
        cells.length > 1 || subject.kind !== "named" ? "them" : subject.email,
      )
    : after.reason;
}

/** How many subjects gain, lose or are treated otherwise, anywhere. */
export function countsOf({ cells }: Matrix): Readonly<Record<Turn, number>> {
  const counts = { gains: 0, loses: 0, otherwise: 0, same: 0 };
  for (const { turn } of cells) counts[turn] += 1;
  return counts;
}

/** The whole review in one line. It counts findings as reports list them. */
export function summaryOf(
  matrix: Matrix,
  findings: readonly Finding[],
): string {
  const { gains, loses, otherwise } = countsOf(matrix);
  const may = matrix.cells.filter(mayGain).length;
  const listed = grouped(findings);
  const count = (severity: Severity) =>
    listed.filter((group) => group.severity === severity).length;
  const access =
    gains + loses + otherwise === 0
      ? "Nobody's access changes"
      : `Access: ${gains} gained, ${may > 0 ? `${may} may gain, ` : ""}${loses} lost, ${otherwise - may} otherwise`;
  return `${access}. Findings: ${counted(count("error"), "error")}, ${counted(count("warning"), "warning")}, ${counted(count("note"), "note")}.`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
