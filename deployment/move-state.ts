import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Backend } from "../state/backend";
import { inOtherBackends, type OtherBackendOptions } from "./other-backend";
import type { Stack } from "./stacks";

/** What became of the state of one stack. */
export type Moved =
  /** It is in its new place. */
  | "moved"
  /** It was there already. */
  | "there already"
  /** There was none to move. */
  | "nothing to move";

/**
 * Copies the state of one stack from one backend to another and looks whether
 * it has arrived. Terraform refuses to write over a state that is newer, or
 * never was a copy of this one.
 *
 * @throws TerraformError where one of the places can't be used, or refuses
 * @throws Error where the state has changed meanwhile
 */
export async function moveState(
  stack: Pick<Stack, "dir">,
  from: Backend,
  to: Backend,
  options: OtherBackendOptions,
): Promise<Moved> {
  return inOtherBackends(stack, options, async (terraform, use, folder) => {
    const read = async () => parse(await terraform.pullState());
    await use(from);
    await terraform.saveErrored();
    const before = await read();
    if (before === undefined) return "nothing to move";
    await use(to);
    if (isCopy(await read(), before)) return "there already";

    const file = join(folder, "state.json");
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
  });
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
