import { lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod/mini";
import type { Stack } from "../deployment/stacks";
import { codeOf, type Code } from "../gate/code";
import { UsageError } from "../base/usage-error";

/** File of an upload with its stacks, those first that others depend on. */
const STACKS_FILE = "stacks.list";

/** Most that a file may hold, in bytes. */
const LARGEST = 20_000_000;

/** What a job without any secret has synthesized. */
export interface Upload {
  /** In the order of deployment. */
  readonly code: Code;
  /** Names of the stacks that are deployed before one, by its name. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
}

const NAME = z.string().check(z.regex(/^[A-Za-z0-9][\w-]{0,99}$/));
const STACKS = z.array(
  z.strictObject({ name: NAME, dependencies: z.array(NAME) }),
);

/** Writes stacks as data: a file for each, and how they depend on each other. */
export function writeUpload(folder: string, stacks: readonly Stack[]): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, code] of Object.entries(codeOf(stacks)))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(code));
  const list = stacks.map(({ dependencies, name }) => ({ name, dependencies }));
  writeFileSync(join(folder, STACKS_FILE), JSON.stringify(list));
}

/**
 * Reads what `writeUpload` wrote, in a job that trusts nothing of it: it is
 * data, whatever it says.
 *
 * @throws UsageError where it has not the form of an upload
 */
export function readUpload(folder: string): Upload {
  const { data: stacks } = STACKS.safeParse(parsed(folder, STACKS_FILE));
  if (!stacks || !isOrdered(stacks))
    throw unusable(
      `${STACKS_FILE} is no list of stacks, each after those that it depends on`,
    );
  return {
    code: Object.fromEntries(
      stacks.map(({ name }) => [name, parsed(folder, `${name}.json`)]),
    ),
    dependencies: new Map(
      stacks.map(({ dependencies, name }) => [name, dependencies]),
    ),
  };
}

/** Whether every stack is there once, after all that it depends on. */
function isOrdered(stacks: z.infer<typeof STACKS>): boolean {
  const seen = new Set<string>();
  return stacks.every(({ dependencies, name }) => {
    const isNew = !seen.has(name) && dependencies.every((one) => seen.has(one));
    seen.add(name);
    return isNew;
  });
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
