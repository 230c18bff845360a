import { printable } from "../base/printable";
import type { Reconciled } from "./adopt";
import type { LostTakeOver } from "./lost-take-over";
import { APPLICATION, type Action, type Leftover } from "./leftovers";
import { errorsIn, remedyFor } from "./remedies";
import { TerraformError } from "./terraform";

/** One object that was left behind, and what to do with it. */
export function describe(leftover: Leftover): string {
  return `${name(leftover)}: ${inWords(leftover)}`;
}

/** What has found something that was left, and is to be run to have it gone. */
type Command = "adopt" | "destroy";

/** Tells what a run has left in the account, and what became of it. */
export function tellLeftovers(
  stack: string,
  { done, due = [], left }: Reconciled,
  say: (line: string) => void,
  command: Command = "adopt",
): void {
  for (const leftover of done)
    say(
      leftover.named
        ? `${stack}: ${name(leftover)}, which --ours names: ${DONE[leftover.action.do]}`
        : `${stack}: an interrupted run, or a lost answer, has left ${name(leftover)}: ${DONE[leftover.action.do]}`,
    );
  for (const leftover of due)
    say(
      leftover.named
        ? `${stack}: ${name(leftover)}, which --ours names: it goes once you agree`
        : `${stack}: an interrupted run, or a lost answer, has left ${name(leftover)}: the next deploy ${WILL[leftover.action.do]}`,
    );
  for (const leftover of left)
    say(
      leftover.released
        ? `${stack}: the deploy takes up ${name(leftover)} again, which an earlier one let go of, and makes no second one`
        : command === "destroy" &&
            leftover.usedBy !== undefined &&
            !leftover.ours
          ? // Not the stack's to delete: an application given back uses it as before.
            printable(
              `${stack}: ${name(leftover)}, has a name of this stack's and is in no state; "${leftover.usedBy}" uses it, and it stays`,
            )
          : leftover.ours
            ? `${stack}: an interrupted run, or a lost answer, has left ${name(leftover)}. Run: ${ownedBy(stack, leftover, command)}`
            : `${stack}: no state knows ${name(leftover)}, which somebody may have made by hand. Only if a run of yours made it: ${ownedBy(stack, leftover, command)}`,
    );
}

/** What of a stack's names may be anybody's: a name alone is no reason to delete. */
export function unsureLines(
  stack: string,
  unsure: readonly Leftover[],
): string[] {
  const doubtful = unsure.filter(({ isSinceRun }) => isSinceRun);
  const others = unsure.filter(({ isSinceRun }) => !isSinceRun);
  const [first] = doubtful;
  return [
    ...(others.length > 0
      ? [
          "These have a name of the stack's, which tells nothing of who made them: they stay (docs/interrupted-runs.md):",
          ...others.map((one) => `  ${name(one)}`),
        ]
      : []),
    ...(first
      ? [
          "These are new since a run of the stack, which may have made them and lost the answer, or somebody by hand:",
          ...doubtful.map((one) => `  ${name(one)}`),
          `If that run made one, a destroy deletes it after: npm run adopt -- ${stack} --ours ${doubtful.length === 1 ? first.object.id : "ID"}`,
        ]
      : []),
  ];
}

/**
 * What to run for something that is the stack's, on any machine. An
 * application is not destroyed before a deploy has found all that it protects.
 */
function ownedBy(
  stack: string,
  { object, type }: Leftover,
  command: Command,
): string {
  return command === "destroy" && type === APPLICATION
    ? `npm run adopt -- ${stack} --ours ${object.id}, then deploy and destroy`
    : `npm run ${command} -- ${stack} --ours ${object.id}`;
}

/** Tells what a destroy can't give back, and how its owner ends it. */
export function tellLost(
  stack: string,
  lost: readonly LostTakeOver[],
  say: (line: string) => void,
): void {
  for (const { hostname, id, isGivenBack, name: it, policies } of lost) {
    const listed = policies
      .map(({ description, object }) => `${description} ${object.id}`)
      .join(", ");
    say(
      printable(
        isGivenBack
          ? `${stack}: the application "${it}" (${id}) is given back as this state's first deploy found it, and lists policies with names of this stack's that no state knows: ${listed}. If a deploy whose state is lost made them, nobody knows any more what the application and the tunnel's rule for ${hostname} were before that.`
          : `${stack}: no state knows it, and the application "${it}" (${id}) lists policies with names of this stack's: ${listed}. If a deploy made them, nobody knows any more what the application and the tunnel's rule for ${hostname} were before. This destroy has not changed the application.`,
      ),
    );
  }
  const all = (texts: readonly string[]) => [...new Set(texts)];
  const names = all(lost.map(({ name }) => `"${name}"`)).join(", ");
  const hosts = all(lost.map(({ hostname }) => hostname)).join(", ");
  const ids = all(
    lost.flatMap(({ policies }) => policies.map(({ object }) => object.id)),
  );
  for (const step of [
    lost.every(({ isGivenBack }) => isGivenBack)
      ? `  If somebody made them by hand, all is as before. Else:`
      : `  Was it deployed from another machine, run the destroy there. Else:`,
    `  1. Have ${names} list, in addition, the policies that are to decide without the stack (Zero Trust, Access controls, Applications): without any, an application admits nobody.`,
    `  2. Run: npm run destroy -- ${stack} --ours ${ids.join(" ")}. It takes these out of ${names} and deletes them. The tunnel's rules stay as they are: ${hosts}.`,
  ])
    say(printable(step));
}

/**
 * Tells that nobody knows whether a run has left something.
 *
 * @param next what looks again
 */
export function tellUnknown(
  stack: string,
  error: unknown,
  say: (line: string) => void,
  next = "The next run looks again.",
): void {
  const why = whyUnknown(error).replace(/\.$/, "");
  say(
    `${stack}: cannot tell whether a lost answer has left something in the account: ${why}. ${next}`,
  );
}

/** Of what Terraform prints, what to do about it is enough: the run prints the rest. */
function whyUnknown(error: unknown): string {
  if (!(error instanceof TerraformError)) return String(error);
  const { binary, output } = error;
  const [first = ""] = errorsIn(output).split("\n");
  return remedyFor(output, binary)?.remedy ?? first;
}

const DONE: Readonly<Record<Action["do"], string>> = {
  import: "imported",
  replace: "imported, to be replaced, as its secret is lost",
  delete: "deleted, as its secret is lost",
  leave: "left alone",
};

const WILL: Readonly<Record<Action["do"], string>> = {
  import: "imports it",
  replace: "imports it and replaces it, as its secret is lost",
  delete: "deletes it, as its secret is lost",
  leave: "leaves it alone",
};

function name({ createdAt, description, kind, object }: Leftover): string {
  return printable(
    `${kind} ${description}, id ${object.id}, created ${createdAt}`,
  );
}

function inWords({ action }: Leftover): string {
  switch (action.do) {
    case "import":
      return `import as ${action.address}: a destroy will delete it`;
    case "replace":
      return `import as ${action.address}, to be replaced by the next deploy`;
    case "delete":
      return "delete";
    case "leave":
      return printable(`leave as is: ${action.why}`);
  }
}
