import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { CONFIGURATION, synthesized } from "../base/synthesized";
import { noteFolder } from "./apply-note";
import { movingPrefix } from "./remains";
import type { Stack } from "./stacks";
import { Terraform, type TerraformOptions } from "./terraform";

/**
 * Has Terraform work on a copy of a stack's state and journal, so that what it
 * imports is in nobody's state, however it ends. What it plans can't be applied.
 *
 * @param work given the copy, and the environment in which it is one
 */
export async function onCopy<T>(
  stack: Stack,
  options: TerraformOptions,
  work: (copy: Stack, env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  const notes = noteFolder(options.env);
  mkdirSync(notes, { recursive: true, mode: 0o700 });
  // The next command removes it where this one is killed.
  const folder = mkdtempSync(join(notes, movingPrefix(process.pid)));
  try {
    const copy = { ...stack, dir: join(folder, stack.name) };
    const state = join(folder, "state.tfstate");
    const text = await new Terraform(stack.dir, options).pullState();
    if (text.trim() !== "") writeFileSync(state, text, { mode: 0o600 });
    const journal = join(folder, "journal");
    if (existsSync(join(notes, "journal")))
      cpSync(join(notes, "journal"), journal, { recursive: true });
    layOut(stack, copy.dir, { journal, state });
    const env = {
      ...options.env,
      ACCESS_STATE_DIR: folder,
      // They tell of the stack's own state.
      TF_DATA_DIR: undefined,
      TF_WORKSPACE: undefined,
    };
    return await work(copy, env);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder with the stack's code and providers, for another state. */
function layOut(
  stack: Stack,
  dir: string,
  { journal, state }: { readonly journal: string; readonly state: string },
): void {
  const code = synthesized<{
    provider?: { tunnel?: object };
    terraform: { backend?: object };
  }>(stack);
  code.terraform.backend = { local: { path: state } };
  if (code.provider?.tunnel) code.provider.tunnel = [{ journal_dir: journal }];
  mkdirSync(join(dir, ".terraform"), { recursive: true, mode: 0o700 });
  writeFileSync(join(dir, CONFIGURATION), JSON.stringify(code));
  const lock = ".terraform.lock.hcl";
  if (existsSync(join(stack.dir, lock)))
    copyFileSync(join(stack.dir, lock), join(dir, lock));
  for (const name of ["terraform.d", join(".terraform", "providers")])
    if (existsSync(join(stack.dir, name)))
      symlinkSync(resolve(stack.dir, name), join(dir, name));
}
