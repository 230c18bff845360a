import { wordOf, type ChangeWord } from "../deployment/plan-words";
import type { Stack } from "../deployment/stacks";
import type { ResourceChange } from "../deployment/terraform";
import { progress } from "./progress";
import { toldWarnings } from "./told-warnings";

/** Shows which stack a run is at, and which step of it. */
export interface Steps {
  /** A line that stays. */
  say(line: string): void;
  /** What goes on: on a terminal the next one takes its place. */
  now(line: string): void;
  /** Told before a plan is applied. */
  applying(stack: Stack, changes: readonly ResourceChange[]): void;
  /** Told what Terraform prints. */
  onLine(stack: Stack, line: string): void;
  /** Stack whose plan is being applied. */
  readonly current: Stack | undefined;
  /** Told that a stack's plan is applied, or failed. */
  applied(stack: Stack): void;
  /** Takes away what a terminal still shows. */
  end(): void;
}

interface StepsOptions {
  /** Prints a line of the result. */
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
  /** Whether Terraform's own lines are printed. */
  readonly terraform: boolean | undefined;
  readonly stream?: NodeJS.WriteStream;
}

/** Steps of one deploy or destroy: a line that changes on a terminal, plain lines elsewhere. */
export function steps({
  print,
  signal,
  stream = process.stderr,
  terraform = false,
}: StepsOptions): Steps {
  const shown = stream.isTTY ? progress(signal, stream) : undefined;
  const say = (line: string) => {
    shown?.end();
    print(line);
  };
  const now = shown?.say ?? say;
  const warnings = new Map<Stack, (line: string) => void>();
  const look = (stack: Stack, line: string) => {
    let found = warnings.get(stack);
    if (!found) {
      found = toldWarnings((summary) => say(`${stack.name}: ${summary}`));
      warnings.set(stack, found);
    }
    found(line);
  };
  let current: Stack | undefined;
  let words = new Map<string, ChangeWord>();
  let done = 0;
  let all = 0;
  return {
    say,
    now,
    get current() {
      return current;
    },
    applying(stack, changes) {
      current = stack;
      done = 0;
      words = new Map(changes.map((one) => [one.address, wordOf(one)]));
      all = changes.map(stepsOf).reduce((sum, one) => sum + one, 0);
      now(`${stack.name}: ${counted(all)} to do`);
    },
    applied(stack) {
      if (current === stack) current = undefined;
    },
    onLine(stack, line) {
      if (terraform) return say(`${stack.name}  ${line}`);
      look(stack, line);
      const { address, word } = stepIn(line) ?? {};
      if (address === undefined || word === undefined || stack !== current)
        return;
      if (word in DONE) {
        done += 1;
        const became = DONE_AS[words.get(address) ?? ""] ?? DONE[word];
        now(`${stack.name}: ${done} of ${all}: ${became} ${address}`);
      } else if (shown)
        now(`${stack.name}: ${done + 1} of ${all}: ${word} ${address}`);
    },
    end: () => shown?.end(),
  };
}

/** A replacement is two. */
function stepsOf({ actions }: ResourceChange): number {
  return actions.filter((one) => STEPS.has(one)).length;
}

const STEPS: ReadonlySet<string> = new Set(["create", "update", "delete"]);

const STEP =
  /^(\S.*?)(?: \(deposed object \w+\))?: (Creating|Modifying|Destroying|Still \w+|Creation complete|Modifications complete|Destruction complete)\b/;

const DONE: Readonly<Record<string, string>> = {
  "creation complete": "created",
  "modifications complete": "changed",
  "destruction complete": "deleted",
};

/** What Terraform creates and deletes in its state, and does otherwise in the account. */
const DONE_AS: Readonly<Record<string, string>> = {
  "to change": "changed",
  "to give back": "gave back",
  "to use as it is": "uses as it is",
  "to leave in place": "left in place",
} satisfies Partial<Record<ChangeWord, string>>;

/** A step in what Terraform and OpenTofu print of an apply. */
function stepIn(line: string) {
  const [, address, words = ""] = STEP.exec(line) ?? [];
  return address === undefined
    ? undefined
    : { address, word: words.toLowerCase() };
}

function counted(steps: number): string {
  return steps === 1 ? "1 step" : `${steps} steps`;
}
