import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../settings";
import type { Code } from "../gate/code";

/** File of an upload with the names of its stacks, those first that others depend on. */
export const STACKS_FILE = "stacks.list";

/** Most that a file may hold, in bytes. */
const LARGEST = 20_000_000;

/**
 * Reads what a pull request's code has synthesized, in a job that trusts
 * nothing of it: it is data, whatever it says.
 *
 * @throws UsageError where it has not the form of an upload
 */
export function readUpload(folder: string): Code {
  const names = parsed(folder, STACKS_FILE);
  if (
    !Array.isArray(names) ||
    !names.every(
      (name): name is string =>
        typeof name === "string" && /^[A-Za-z0-9][\w-]{0,99}$/.test(name),
    ) ||
    new Set(names).size !== names.length
  )
    throw unusable(`${STACKS_FILE} is no list of the names of stacks`);
  return Object.fromEntries(
    names.map((name) => [name, parsed(folder, `${name}.json`)]),
  );
}

function parsed(folder: string, name: string): unknown {
  const file = join(folder, name);
  try {
    const found = lstatSync(file);
    // A link could lead to any file of this machine.
    if (!found.isFile()) throw unusable(`${name} is not a file`);
    if (found.size > LARGEST) throw unusable(`${name} is too large`);
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw unusable(
      error instanceof SyntaxError
        ? `${name} is not JSON`
        : `${name} is missing: did the job that synthesizes fail?`,
    );
  }
}

function unusable(what: string): UsageError {
  return new UsageError("What was synthesized", [what]);
}
