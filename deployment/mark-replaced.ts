import { noteReplaced, type ApplyNote, type Replaced } from "./apply-note";
import type { Stack } from "./stacks";
import { readResources } from "./state";
import { Terraform, type TerraformOptions } from "./terraform";

/**
 * Imports an object that the next deploy replaces, as its secret is lost.
 * Interrupted between the two steps, it would pass for one that works, so the
 * next run looks for it (`markReplaced`).
 */
export async function importToReplace(
  { dir, name }: Stack,
  replaced: Replaced,
  importId: string,
  options: TerraformOptions,
): Promise<void> {
  const terraform = new Terraform(dir, options);
  noteReplaced(name, replaced, options.env);
  await terraform.import(replaced.address, importId);
  await terraform.taint(replaced.address);
}

/** Marks what an interrupted run has imported, and has not marked yet. */
export async function markReplaced(
  stack: Stack,
  note: ApplyNote | undefined,
  options: TerraformOptions,
): Promise<void> {
  if (!note?.replaces?.length) return;
  const terraform = new Terraform(stack.dir, options);
  const state = await readResources(stack, options);
  for (const { address, id } of note.replaces)
    if (
      state.some(
        (one) =>
          one.address === address &&
          one.deposed_key === undefined &&
          one.values.id === id,
      )
    )
      await terraform.taint(address);
}
