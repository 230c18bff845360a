import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Stack } from "./stacks";
import { readResources } from "./state";
import type { TerraformOptions } from "./terraform";

/**
 * Ids of what the app's other stacks have in their states: several may make a
 * policy of one name, and none of these is left over.
 */
export async function idsElsewhere(
  stack: Pick<Stack, "dir">,
  options: TerraformOptions,
): Promise<readonly string[]> {
  const states = await Promise.all(
    foldersBeside(stack.dir).map((dir) =>
      readResources({ dir }, options).catch(() => []),
    ),
  );
  return states.flat().map(({ values }) => String(values.id));
}

/** The folders of the stacks that were synthesized with one. */
function foldersBeside(dir: string): string[] {
  const outdir = resolve(dir, "..", "..");
  const manifest = join(outdir, "manifest.json");
  if (!existsSync(manifest)) return [];
  const { stacks } = JSON.parse(readFileSync(manifest, "utf8")) as {
    stacks: Record<string, { workingDirectory: string }>;
  };
  return Object.values(stacks)
    .map(({ workingDirectory }) => join(outdir, workingDirectory))
    .filter((other) => other !== resolve(dir));
}
