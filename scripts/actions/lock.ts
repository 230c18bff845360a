import { resolve } from "node:path";
import { writeWhole } from "../../base/write-whole";
import { lockProviders, PLATFORMS } from "../../deployment/lock-providers";
import { synthesize } from "../../deployment/stacks";
import { checkTerraform } from "../../deployment/terraform";
import { codeOf } from "../../gate/code";
import { planOnly } from "../../deployment/plan-only";
import { environmentWithFile, loadSettings } from "../../settings";
import { interruption } from "../command";
import type { LockOptions } from "../lock";

export async function run({
  mirror,
  out,
  platform = PLATFORMS,
}: LockOptions): Promise<void> {
  const env = planOnly(environmentWithFile());
  const signal = interruption();
  loadSettings(env);
  await checkTerraform(env);
  const stacks = await synthesize({ env, signal });
  const providers = new Map(
    Object.values(codeOf([...stacks.values()]))
      .flatMap(requiredBy)
      .map((one) => [`${one.source} ${one.version}`, one]),
  );
  const options = {
    env,
    signal,
    onLine: (line: string) => console.error(line),
  };
  const text = await lockProviders(
    [...providers.values()],
    platform,
    options,
    mirror && resolve(mirror),
  );
  writeWhole(out, text);
  console.log(`${[...providers.keys()].sort().join(", ")}: ${out}`);
}

/** What a stack needs of a registry. Ours comes with each checkout. */
function requiredBy(code: unknown) {
  const { terraform } = code as {
    terraform: {
      required_providers: Record<string, { source: string; version: string }>;
    };
  };
  return Object.values(terraform.required_providers)
    .filter(({ source }) => !source.startsWith("access-stacks.local/"))
    .map(({ source, version }) => ({ source, version }));
}
