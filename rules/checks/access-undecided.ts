import { callerOf } from "../../review/cells";
import { nameOf } from "../../review/findings/finding";
import { Judge } from "../../review/judge";
import type { Cell, Matrix } from "../../review/matrix";
import type { Managed } from "../managed";
import type { Breach, Rule } from "../rule";

export const accessUndecided: Rule = {
  id: "access-undecided",
  title: "Access that cannot be determined before a deploy",
  why: "It depends on something that can't be read before a deploy, such as another server's answer or a certificate.",
  remedy:
    "Name people, groups or tokens, or check by hand who gets in and write a waiver that says so.",
  check(managed) {
    const { matrix } = managed;
    if (matrix === undefined) return [];
    const open = cellsInDoubt(matrix, managed);
    return [...new Set(open.map(({ place }) => place.host))].map(
      (host): Breach => {
        const cells = open.filter(({ place }) => place.host === host);
        const [first] = cells;
        const more = cells.length - 1;
        return {
          stack: stackOf(host, managed),
          about: host,
          what: `${first ? `${nameOf(first.place)}, ${first.subject.label}: ${first.after.reason}` : ""}${more > 0 ? `; and ${more} more` : ""}`,
          details: JSON.stringify(
            cells.map(({ after, place, subject }) => [
              place.path,
              subject.id,
              after.how ?? after.reason,
            ]),
          ),
          stood: cells.every(({ turn }) => turn === "same"),
        };
      },
    );
  },
};

/** Requests of people and programs that nothing names, which may get in or not. */
function cellsInDoubt(matrix: Matrix, managed: Managed): Cell[] {
  const own = new Set(managed.hosts.map(({ host }) => host));
  const found = matrix.cells.filter(
    ({ after, place, turn }) =>
      after.outcome === "depends" &&
      (turn !== "same" || (own.has(place.host) && !!after.dependsOn?.length)),
  );
  if (found.length === 0) return [];
  const judge = new Judge(managed.after);
  return found.filter((cell) => isOpenEnded(cell, judge, matrix));
}

/**
 * Whether it hangs on more than what is shown by itself: members of a group are
 * named by it, whoever they are.
 */
function isOpenEnded(
  { place, subject }: Cell,
  judge: Judge,
  { subjects }: Matrix,
): boolean {
  if (subject.kind === "nobody" || subject.kind === "preflight") return true;
  if (subject.kind !== "else") return false;
  const known = Object.fromEntries(
    subjects.flatMap((one) =>
      one.kind === "member" && one.fact !== undefined
        ? [[one.fact, false] as const]
        : [],
    ),
  );
  const { identity_providers: methods } = judge.state.access;
  return (methods ?? [])
    .filter(({ id }) => subject.method === undefined || subject.method === id)
    .some((method) => {
      const caller = callerOf(subject, judge.state, method, new Date(0));
      const { country, ip } = subject.from ?? {};
      const asked = { ...caller, known, country, ip };
      return judge.verdict(place.after, asked).outcome === "depends";
    });
}

/** The stack that has a host, else one that changes something. */
function stackOf(host: string, { hosts, plans }: Managed): string {
  const owner = hosts.find((one) => one.host === host);
  const changing = plans.find((plan) =>
    plan.resources.some(({ action }) => action !== "no-op"),
  );
  return owner?.stack ?? changing?.stack ?? plans[0]?.stack ?? "";
}
