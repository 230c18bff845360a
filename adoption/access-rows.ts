import { AS_BEFORE } from "../doctor/taken-over";
import type { Policy, Rule } from "../access/model";
import type { Cell } from "../review/matrix";
import { tokenDemand } from "../ingress/token-demand";
import { isOddlySpelled } from "../review/findings/finding";
import { refusingBypass } from "../review/past-access";
import type { Person, Subject } from "../review/subjects";
import { reaches, type Verdict } from "../review/verdict";
import { ruleText } from "./rule-text";
import type { Change, Row } from "./survey";

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

/** Why no line admits whoever can log in. */
export const EVERYONE_UNKEPT =
  "no line keeps it, as code that admits anyone who can log in is refused (house rule allow-everyone): name who is to get in (allowedEmails, allowedEmailDomains, allowedGroups)";

/** Why no line admits those who get in without a login. */
const OPEN_UNKEPT =
  "no line keeps it: without a login the stack admits service tokens, and on openPaths everyone";

/**
 * A row for everyone for whom something changes.
 *
 * @param still those for whom it does once the printed lines are written
 */
export function rowsOf(
  cells: readonly Cell[],
  still: readonly Cell[] = [],
): Row[] {
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
      const { after, before, place } = cell;
      return {
        kind: "access",
        name: `${whoIs(cell)}${paths.size > 1 || place.path !== "/" ? ` at ${place.path}` : ""}`,
        becomes: becomingOf(cell),
        changes: [
          {
            attribute: "access",
            before: wordOf(before),
            after: wordOf(after),
            ...(still.some((one) => sameCell(one, cell)) &&
              unkept(cell, still)),
          },
        ],
        afterDestroy: AS_BEFORE,
      };
    });
}

/** A Bypass that stays gives no JWT to those either who have a login. */
function whoIs({ subject, ...cell }: Cell): string {
  return subject.kind === "nobody" && refusingBypass(cell) !== undefined
    ? `anyone${subject.from ? ` ${subject.from.label}` : ""}, with a login or without`
    : subject.label;
}

/** What lets somebody in at a place: a policy, or that nothing protects it. */
function openingOf({ before, place }: Cell): string {
  return `${place.path} ${before.policy ?? before.outcome}`;
}

function unkept(cell: Cell, still: readonly Cell[]): Pick<Change, "unkept"> {
  // The tunnel's own check is what a stack is for.
  if (becomingOf(cell) !== "loses access" || cell.before.outcome === "public")
    return {};
  const bypass = refusingBypass(cell);
  const { aud } = cell.after.application ?? {};
  const demand = cell.after.rule && tokenDemand(cell.after.rule);
  const isAnothers = demand && aud ? !demand.auds.includes(aud) : false;
  if ((bypass || isAnothers) && isOddlySpelled(cell.place))
    return {
      unkept:
        "no line keeps it: the stack's rule of a path takes what docs/open-paths.md lets in, and no other spelling",
    };
  const hasLogin = cell.after.application?.policies?.some(
    (one) => typeof one !== "string" && one.decision === "allow",
  );
  if (bypass && hasLogin === true)
    return {
      unkept: `no line keeps it: the stack's rule demands a JWT of Access, and a Bypass gives none; with "${bypass.name}" taken out of the application, people get in there by a login`,
    };
  // Whoever else the same policy no longer admits tells what it is for.
  const loses = (kind: Subject["kind"]) =>
    still.some(
      (one) =>
        one.subject.kind === kind &&
        isAlike(one.before, cell.before) &&
        becomingOf(one) === "loses access",
    );
  if (!isPerson(cell.subject) || loses("nobody"))
    return { unkept: `${OPEN_UNKEPT}${byToken(cell)}` };
  return {
    unkept: loses("else")
      ? EVERYONE_UNKEPT
      : "no line keeps it: no props admit them as they get in today",
  };
}

/** What keeps a machine with a token working that gets in by its address today. */
function byToken({ before: { application, policy }, subject }: Cell): string {
  const by = application?.policies?.find(
    (one): one is Policy => typeof one !== "string" && one.name === policy,
  );
  if (subject.from === undefined || by?.decision !== "non_identity") return "";
  const list = (name: string, rules: readonly Rule[]) =>
    rules.length > 0 ? `, ${name}: [${rules.map(ruleText).join(", ")}]` : "";
  const entries = (by.include ?? []).map(
    (rule, at) =>
      `{ existing: "ID", name: "NAME${at > 0 ? `-${at + 1}` : ""}"${list("require", [rule, ...(by.require ?? [])])}${list("exclude", by.exclude ?? [])} }`,
  );
  return `; a machine with a token goes on by that where tokens has, with the token's id and a name: ${entries.join(", ")}`;
}

/** Whether what lets one in, or may, is what lets the other in. */
function isAlike(one: Verdict, other: Verdict): boolean {
  const facts = ({ dependsOn = [] }: Verdict) => dependsOn.join();
  return one.outcome === "depends" && other.outcome === "depends"
    ? facts(one) === facts(other)
    : one.policy === other.policy;
}

export function becomingOf({ after, before, turn }: Cell): Row["becomes"] {
  if (turn === "gains") return "gets in";
  if (turn === "loses") return "loses access";
  const isDoubtful = after.outcome === "depends";
  if (before.outcome === "depends")
    return isDoubtful || reaches(after) ? "gets in" : "loses access";
  if (isDoubtful) return reaches(before) ? "loses access" : "gets in";
  return "changes";
}

function wordOf({ hangsOn = [], outcome, policy }: Verdict): string {
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
      return `depends on ${hangsOn.join(", ") || "what can't be known from here"}`;
  }
}
