import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The file of a stack's folder that holds its configuration. */
export const CONFIGURATION = "cdk.tf.json";

/**
 * The configuration that cdktf has synthesized into a stack's folder.
 *
 * @typeParam T the part of it that the caller knows
 */
export function synthesized<T = unknown>({ dir }: { readonly dir: string }): T {
  return JSON.parse(readFileSync(join(dir, CONFIGURATION), "utf8")) as T;
}
