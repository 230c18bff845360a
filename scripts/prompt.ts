import { createInterface } from "node:readline/promises";
import { fitted } from "../base/fitted";

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
  const answer = await ask(`${question} Only "yes" does it: `, signal);
  return answer.trim() === "yes";
}

/**
 * As `confirm`, but the answer is what it is about: all of these names, in any
 * order.
 */
export async function confirmByName(
  question: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const answer = await ask(
    `${question} Only ${names.length > 1 ? "their names do" : "its name does"} it: `,
    signal,
  );
  return isAllOf(answer, names);
}

/** Whether an answer is all of these names, and nothing else. */
export function isAllOf(answer: string, names: readonly string[]): boolean {
  const given = new Set(answer.split(/[\s,]+/).filter((name) => name !== ""));
  return given.size === names.length && names.every((name) => given.has(name));
}

let open = 0;

/** Whether a question waits for its answer. */
export function isAsking(): boolean {
  return open > 0;
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface(process.stdin, process.stderr);
  // A terminal that reads a line does not turn Ctrl-C into a signal.
  terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  open += 1;
  try {
    const closed = new Promise<string>((resolve) =>
      terminal.once("close", () => resolve("")),
    );
    return await Promise.race([
      terminal.question(fitted(question, process.stderr.columns), { signal }),
      closed,
    ]);
  } catch (error) {
    // What follows begins a line of its own.
    process.stderr.write("\n");
    signal.throwIfAborted();
    throw error;
  } finally {
    open -= 1;
    terminal.close();
  }
}
