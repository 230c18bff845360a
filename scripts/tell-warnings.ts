import { printableLines } from "../base/printable";
import type { Stack } from "../deployment/stacks";

/** What the constructs of these stacks warn of. */
export function tellWarnings(
  stacks: Iterable<Stack>,
  say: (line: string) => void,
): void {
  for (const { name, warnings } of stacks)
    for (const warning of warnings)
      say(`${name}: warning: ${printableLines(warning)}`);
}
