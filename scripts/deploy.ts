import { checkApiToken, cloudflareClient } from "../deployment/api-token";
import { deployStack } from "../deployment/deploy";
import { synthesize, withDependencies } from "../deployment/stacks";
import { checkTerraform } from "../deployment/terraform";
import {
  checkDeploySettings,
  environmentWithFile,
  loadSettings,
  UsageError,
} from "../settings";
import { command, patientInterruption, main } from "./command";
import { confirm } from "./prompt";

interface Options {
  autoApprove?: boolean;
  json?: boolean;
}

const deploy = command(
  "deploy",
  "Deploys services and the stacks they depend on; what fails in passing is tried again.",
)
  .argument("<stacks...>", "names of stacks in main.ts")
  .option("--auto-approve", "do not ask before changing anything")
  .option("--json", "print what was done as JSON")
  .addHelpText("after", "\nExample:\n  npm run deploy -- comfyui")
  .action(async (names: string[], { autoApprove, json }: Options) => {
    const env = environmentWithFile();
    const { signal, hurry } = patientInterruption();
    checkDeploySettings(env);
    await checkTerraform(env);
    if (!autoApprove && !process.stdin.isTTY)
      throw new UsageError("npm run deploy", [
        "nobody can be asked here: give --auto-approve, after reading what `npx cdktf diff` shows",
      ]);
    const stacks = withDependencies(await synthesize({ env, signal }), names);
    await checkApiToken(cloudflareClient(env), loadSettings(env).accountId);
    // Whoever is asked has to see the plan, whatever becomes of the output.
    const say = json ? console.error : console.log;
    const outcomes: Record<string, string> = {};
    for (const stack of stacks) {
      say(`${stack.name}: planning`);
      const outcome = await deployStack(stack, {
        env,
        signal,
        hurry,
        onLine: (line) => say(`${stack.name}  ${line}`),
        onRetry: (_, remedy, seconds) =>
          say(`${stack.name}: ${remedy} Trying again in ${seconds} s.`),
        approve: async ({ name }, { length }) =>
          autoApprove ||
          confirm(`${name}: ${length} to change. Apply this plan?`, signal),
      });
      outcomes[stack.name] = outcome;
      say(`${stack.name}: ${outcome}`);
      if (outcome === "declined") {
        process.exitCode = 1;
        break;
      }
    }
    if (json) console.log(JSON.stringify(outcomes));
  });

void main(deploy);
