import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backendJson, type Backend } from "../state/backend";
import { movingPrefix, overrideOf, removeOverride } from "./remains";
import type { Stack } from "./stacks";
import { Terraform, type TerraformOptions } from "./terraform";

/** What became of the state of one stack. */
export type Moved =
  /** It is in its new place. */
  | "moved"
  /** It was there already. */
  | "there already"
  /** There was none to move. */
  | "nothing to move";

export interface MoveStateOptions extends TerraformOptions {
  /** Owner-only folder, for a copy that is only there while it moves. */
  readonly folder: string;
}

/**
 * Copies the state of one stack from one backend to another and looks whether
 * it has arrived. Terraform refuses to write over a state that is newer, or
 * never was a copy of this one.
 *
 * It works in the stack's own folder, as Terraform takes no state whose
 * providers it has not installed.
 *
 * @throws TerraformError where one of the places can't be used, or refuses
 * @throws Error where the state has changed meanwhile
 */
export async function moveState(
  stack: Pick<Stack, "dir">,
  from: Backend,
  to: Backend,
  options: MoveStateOptions,
): Promise<Moved> {
  const terraform = new Terraform(stack.dir, options);
  const override = overrideOf(stack);
  const use = async (backend: Backend) => {
    writeFileSync(override, backendJson(backend));
    await terraform.init("-reconfigure");
  };
  const read = async () => parse(await terraform.pullState());
  // While it is there, others know that the override is in use.
  const copy = mkdtempSync(join(options.folder, movingPrefix(process.pid)));
  try {
    await use(from);
    await terraform.saveErrored();
    const before = await read();
    if (before === undefined) return "nothing to move";
    await use(to);
    if (isCopy(await read(), before)) return "there already";

    const file = join(copy, "state.json");
    writeFileSync(file, before.text, { mode: 0o600 });
    await terraform.pushState(file);
    if (!isCopy(await read(), before))
      throw new Error(
        `${to.description} does not contain what was written to it: nothing was removed from ${from.description}.`,
      );
    await use(from);
    if (!isCopy(await read(), before))
      throw new Error(
        `Someone deployed with the state in ${from.description} while it was copied: make sure that no one does, then run this again.`,
      );
    return "moved";
  } finally {
    removeOverride(stack);
    // It holds secrets.
    rmSync(copy, { recursive: true, force: true });
  }
}

interface State {
  readonly text: string;
  /** All that it says of objects: lineage and serial start anew in a new place. */
  readonly content: string;
}

/** Undefined for no state, or one that holds nothing. */
function parse(text: string): State | undefined {
  if (text.trim() === "") return undefined;
  const { outputs, resources } = JSON.parse(text) as {
    outputs?: object;
    resources?: readonly unknown[];
  };
  return resources?.length
    ? { text, content: JSON.stringify({ outputs, resources }) }
    : undefined;
}

function isCopy(state: State | undefined, of: State): boolean {
  return state?.content === of.content;
}
