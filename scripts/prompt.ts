import { createInterface } from "node:readline/promises";

/**
 * Asks on standard error, so that standard output stays what the command is
 * asked for. Only "yes" is a yes; Ctrl-D is a no.
 *
 * @throws the signal's reason on Ctrl-C
 */
export async function confirm(
  question: string,
  signal: AbortSignal,
): Promise<boolean> {
  const terminal = createInterface(process.stdin, process.stderr);
  // A terminal that reads a line does not turn Ctrl-C into a signal.
  terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    const closed = new Promise<string>((resolve) =>
      terminal.once("close", () => resolve("")),
    );
    const answer = await Promise.race([
      terminal.question(`${question} Only "yes" does it: `, { signal }),
      closed,
    ]);
    return answer.trim() === "yes";
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    terminal.close();
  }
}
