import { checkApiToken } from "../../account/api-token";
import { cloudflareClient } from "../../account/client";
import { deployStack } from "../../deployment/deploy";
import { synthesize, withDependencies } from "../../deployment/stacks";
import { checkTerraform } from "../../deployment/terraform";
import {
  checkDeploySettings,
  environmentWithFile,
  loadSettings,
  UsageError,
} from "../../settings";
import { patientInterruption } from "../command";
import { tellLeftWithoutLogin } from "../left-without-login";
import { tellLeftovers, tellUnknown } from "../../deployment/leftover-words";
import { confirm } from "../prompt";
import type { DeployOptions } from "../deploy";

export async function run(
  names: string[],
  options: DeployOptions,
): Promise<void> {
  const { autoApprove, json, lockTimeout } = options;
  const env = environmentWithFile();
  const { signal, hurry } = patientInterruption();
  checkDeploySettings(env);
  await checkTerraform(env);
  if (!autoApprove && !process.stdin.isTTY)
    throw new UsageError("npm run deploy", [
      "cannot ask for confirmation without a terminal: review the plan (`npx cdktf diff`), then pass --auto-approve",
    ]);
  const stacks = withDependencies(await synthesize({ env, signal }), names);
  await checkApiToken(cloudflareClient(env), loadSettings(env).accountId);
  // Whoever is asked has to see the plan, whatever becomes of the output.
  const say = json ? console.error : console.log;
  const outcomes: Record<string, string> = {};
  for (const stack of stacks) {
    for (const warning of stack.warnings)
      say(`${stack.name}: warning: ${warning}`);
    say(`${stack.name}: planning`);
    const outcome = await deployStack(stack, {
      env,
      signal,
      hurry,
      lockTimeout,
      onLine: (line) => say(`${stack.name}  ${line}`),
      onRetry: (_, remedy, seconds) =>
        say(`${stack.name}: ${remedy} Trying again in ${seconds} s.`),
      onLeftovers: (_, found) => tellLeftovers(stack.name, found, say),
      onUnknown: (_, error) => tellUnknown(stack.name, error, say),
      approve: async ({ name }, changes) => {
        await tellLeftWithoutLogin(stack, changes, env, say);
        return (
          autoApprove ||
          confirm(
            `${name}: ${changes.length} to change. Apply this plan?`,
            signal,
          )
        );
      },
    });
    outcomes[stack.name] = outcome;
    say(`${stack.name}: ${outcome}`);
    if (outcome === "declined") {
      process.exitCode = 1;
      break;
    }
  }
  if (json) console.log(JSON.stringify(outcomes));
}
