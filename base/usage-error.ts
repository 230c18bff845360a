import { printable, printableBelow } from "./printable";

/** Faults of what the user gave: commands print them and exit with 2. */
export class UsageError extends Error {
  constructor(
    /** What the faults are of, such as `Settings`. */
    readonly subject: string,
    /** One sentence each. */
    readonly faults: readonly string[],
  ) {
    const lines = faults.map((fault) => `- ${printableBelow(fault)}`);
    super(`${printable(subject)}:\n${lines.join("\n")}`);
    this.name = "UsageError";
  }
}
