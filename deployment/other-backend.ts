import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backendJson, type Backend } from "../state/backend";
import { movingPrefix, overrideOf, removeOverride } from "./remains";
import type { Stack } from "./stacks";
import { Terraform, type TerraformOptions } from "./terraform";

export interface OtherBackendOptions extends TerraformOptions {
  /** Owner-only folder, for what is only there while the work lasts. */
  readonly folder: string;
}

/**
 * Has Terraform use other backends in a stack's own folder, as it takes no state
 * whose providers it has not installed. The next run has to initialise it again.
 *
 * @param work given what switches to a backend, and a folder for secrets that
 * goes afterwards
 */
export async function inOtherBackends<T>(
  stack: Pick<Stack, "dir">,
  options: OtherBackendOptions,
  work: (
    terraform: Terraform,
    use: (backend: Backend) => Promise<void>,
    folder: string,
  ) => Promise<T>,
): Promise<T> {
  const terraform = new Terraform(stack.dir, options);
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  // While it is there, others know that the override is in use.
  const folder = mkdtempSync(join(options.folder, movingPrefix(process.pid)));
  try {
    return await work(
      terraform,
      async (backend) => {
        writeFileSync(overrideOf(stack), backendJson(backend));
        await terraform.init("-reconfigure");
      },
      folder,
    );
  } finally {
    removeOverride(stack);
    rmSync(folder, { recursive: true, force: true });
  }
}
