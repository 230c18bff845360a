import type { Cell } from "../review/matrix";
import type { Person, Subject } from "../review/subjects";
import { reaches, type Verdict } from "../review/verdict";
import { AS_BEFORE, type Row } from "./survey";

export function isPerson(subject: Subject): subject is Person {
  return "email" in subject;
}

/** Those who get in, or may, and do not today. */
export function gainsIn(cells: readonly Cell[]): Cell[] {
  return cells.filter((cell) => becomingOf(cell) === "gets in");
}

/** Whether it is the same somebody at the same place. */
export function sameCell(one: Cell, other: Cell): boolean {
  return (
    one.subject.id === other.subject.id && one.place.path === other.place.path
  );
}

/** A row for everyone for whom something changes. */
export function rowsOf(cells: readonly Cell[]): Row[] {
  const paths = new Set(cells.map(({ place }) => place.path));
  // What lets anyone in lets in those whom anything else names as well.
  const anyone = new Set(
    cells
      .filter(({ subject }) => subject.kind === "nobody")
      .filter(({ before }) => reaches(before))
      .map(openingOf),
  );
  return cells
    .filter(
      (cell) =>
        cell.subject.kind === "nobody" ||
        !reaches(cell.before) ||
        !anyone.has(openingOf(cell)),
    )
    .map((cell): Row => {
      const { after, before, place, subject } = cell;
      return {
        kind: "access",
        name: `${subject.label}${paths.size > 1 ? ` at ${place.path}` : ""}`,
        becomes: becomingOf(cell),
        changes: [
          { attribute: "access", before: wordOf(before), after: wordOf(after) },
        ],
        afterDestroy: AS_BEFORE,
      };
    });
}

/** What lets somebody in at a place: a policy, or that nothing protects it. */
function openingOf({ before, place }: Cell): string {
  return `${place.path} ${before.policy ?? before.outcome}`;
}

function becomingOf({ after, before, turn }: Cell): Row["becomes"] {
  if (turn === "gains") return "gets in";
  if (turn === "loses") return "loses access";
  const isDoubtful = after.outcome === "depends";
  if (before.outcome === "depends")
    return isDoubtful || reaches(after) ? "gets in" : "loses access";
  if (isDoubtful) return reaches(before) ? "loses access" : "gets in";
  return "changes";
}

function wordOf({ dependsOn = [], outcome, policy }: Verdict): string {
  const by = policy === undefined ? "" : ` (${policy})`;
  switch (outcome) {
    case "login":
      return `in by a login${by}`;
    case "token":
      return `in by its token${by}`;
    case "open":
      return `in without a login${by}`;
    case "public":
      return "in, as nothing protects it";
    case "refused":
      return `refused${by}`;
    case "nowhere":
      return "nothing answers";
    case "depends":
      return `depends on ${dependsOn.join(", ") || "what can't be known from here"}`;
  }
}
