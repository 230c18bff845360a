import { createInterface } from "node:readline/promises";
import { deployStack } from "../deployment/deploy";
import { synthesize, withDependencies, type Stack } from "../deployment/stacks";
import { checkTerraform, type ResourceChange } from "../deployment/terraform";
import {
  checkDeploySettings,
  environmentWithFile,
  UsageError,
} from "../settings";
import { command, interruption, main } from "./command";

const deploy = command(
  "deploy",
  "Deploys services and the stacks they depend on; what fails in passing is tried again.",
)
  .argument("<stacks...>", "names of stacks in main.ts")
  .option("--auto-approve", "do not ask before changing anything")
  .option("--json", "print what was done as JSON")
  .addHelpText("after", "\nExample:\n  npm run deploy -- comfyui")
  .action(
    async (
      names: string[],
      { autoApprove, json }: { autoApprove?: boolean; json?: boolean },
    ) => {
      const env = environmentWithFile();
      const signal = interruption();
      checkDeploySettings(env);
      await checkTerraform(env);
      if (!autoApprove && !process.stdin.isTTY)
        throw new UsageError("npm run deploy", [
          "nobody can be asked here: give --auto-approve, after reading what `npx cdktf diff` shows",
        ]);
      const stacks = withDependencies(await synthesize({ env, signal }), names);
      const say = json ? () => {} : console.log;
      const outcomes: Record<string, string> = {};
      for (const stack of stacks) {
        say(`${stack.name}: planning`);
        const outcome = await deployStack(stack, {
          env,
          signal,
          onLine: (line) => say(`${stack.name}  ${line}`),
          onRetry: (_, remedy, seconds) =>
            say(`${stack.name}: ${remedy} Trying again in ${seconds} s.`),
          approve: async (stack, changes) => autoApprove || ask(stack, changes),
        });
        outcomes[stack.name] = outcome;
        say(`${stack.name}: ${outcome}`);
        if (outcome === "declined") {
          process.exitCode = 1;
          break;
        }
      }
      if (json) console.log(JSON.stringify(outcomes));
    },
  );

async function ask(
  stack: Stack,
  changes: readonly ResourceChange[],
): Promise<boolean> {
  const terminal = createInterface(process.stdin, process.stdout);
  const answer = await terminal.question(
    `${stack.name}: ${changes.length} to change. Apply this plan? Only "yes" does it: `,
  );
  terminal.close();
  return answer.trim() === "yes";
}

void main(deploy);
