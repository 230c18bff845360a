import { printableJsonLine } from "../../base/printable";
import { restoreState, type Restored } from "../../deployment/restore-state";
import { synthesize, withDependencies } from "../../deployment/stacks";
import { checkTerraform } from "../../deployment/terraform";
import { environmentWithFile, loadSettings } from "../../settings";
import { patientInterruption } from "../command";
import type { RestoreStateOptions } from "../restore-state";

export async function run(
  names: readonly string[],
  { json }: RestoreStateOptions,
): Promise<void> {
  const env = environmentWithFile();
  const { hurry, signal } = patientInterruption();
  loadSettings(env);
  await checkTerraform(env);
  const stacks = await synthesize({ env, signal });
  const chosen =
    names.length === 0
      ? [...stacks.values()]
      : withDependencies(stacks, names).filter(({ name }) =>
          names.includes(name),
        );
  const outcomes: Record<string, Restored | null> = {};
  for (const stack of chosen) {
    const restored = await restoreState(stack, { env, hurry, signal });
    outcomes[stack.name] = restored ?? null;
    if (!json) console.log(`${stack.name}: ${inWords(restored)}`);
  }
  if (json) console.log(printableJsonLine(outcomes));
}

function inWords(restored: Restored | undefined): string {
  return restored === undefined
    ? "its state was not written by a newer version of Cloudflare's provider"
    : `back to the state from before Cloudflare's provider ${restored.from}, for ${restored.to}; see that npm run review finds no change`;
}
