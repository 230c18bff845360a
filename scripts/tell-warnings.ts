import { printable, printableLines } from "../base/printable";
import type { Stack } from "../deployment/stacks";
import type { Settings } from "../settings";
import { stacksLeft } from "../state/state-files";

/** What the constructs of these stacks warn of. */
export function tellWarnings(
  stacks: Iterable<Stack>,
  say: (line: string) => void,
): void {
  for (const { name, warnings } of stacks)
    for (const warning of warnings)
      say(`${name}: warning: ${printableLines(warning)}`);
}

/** Which stacks were taken out of the code and not destroyed, as far as files tell. */
export function tellLeftStacks(
  { remoteState, stateDir }: Pick<Settings, "remoteState" | "stateDir">,
  stacks: ReadonlyMap<string, Stack>,
  say: (line: string) => void,
): void {
  if (remoteState)
    return say(
      "Not checked whether main.ts once had a stack that is still deployed: states are in a bucket.",
    );
  for (const name of stacksLeft(stateDir, new Set(stacks.keys())))
    say(
      printable(
        `${name}: warning: main.ts has no such stack any more, and what it deployed is still there. This review does not cover it, and nothing checks its promises. To remove it, put it back, then run: npm run destroy -- ${name}`,
      ),
    );
}
