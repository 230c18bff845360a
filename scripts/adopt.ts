import { createInterface } from "node:readline/promises";
import { cloudflareClient } from "../deployment/account";
import { findLeftovers, settle, type Leftover } from "../deployment/adopt";
import { synthesize, withDependencies } from "../deployment/stacks";
import { checkTerraform } from "../deployment/terraform";
import {
  checkDeploySettings,
  environmentWithFile,
  loadSettings,
  UsageError,
} from "../settings";
import { command, interruption, main } from "./command";

const adopt = command(
  "adopt",
  "Finds what an interrupted deploy left in the account without Terraform knowing it, and imports or deletes it.",
)
  .argument("<stacks...>", "names of stacks in main.ts")
  .option("--auto-approve", "do not ask before importing or deleting")
  .option("--json", "print what was found and done as JSON")
  .addHelpText("after", "\nExample:\n  npm run adopt -- comfyui")
  .action(
    async (
      names: string[],
      { autoApprove, json }: { autoApprove?: boolean; json?: boolean },
    ) => {
      const env = environmentWithFile();
      const signal = interruption();
      checkDeploySettings(env);
      const { accountId } = loadSettings(env);
      await checkTerraform(env);
      const client = cloudflareClient(env);
      const stacks = withDependencies(await synthesize({ env, signal }), names);
      const say = json ? () => {} : console.log;
      const done: (Leftover & { stack: string })[] = [];
      for (const stack of stacks) {
        const options = { env, signal };
        const leftovers = await findLeftovers(
          stack,
          client,
          accountId,
          options,
        );
        say(
          `${stack.name}: ${leftovers.length === 0 ? "nothing left behind" : `${leftovers.length} left behind`}`,
        );
        for (const leftover of leftovers) say(`  ${describe(leftover)}`);
        if (leftovers.length === 0) continue;
        if (!autoApprove && !(await confirm())) {
          process.exitCode = 1;
          break;
        }
        for (const leftover of leftovers) {
          await settle(stack, leftover, client, accountId, options);
          done.push({ stack: stack.name, ...leftover });
          say(
            `  ${leftover.kind} ${leftover.description}: ${leftover.address ? "imported" : "deleted"}`,
          );
        }
      }
      if (json) console.log(JSON.stringify(done));
    },
  );

function describe({
  address,
  createdAt,
  description,
  id,
  kind,
}: Leftover): string {
  const fate = address ? `import as ${address}` : "delete";
  return `${kind} ${description}, id ${id}, made ${createdAt}: ${fate}`;
}

async function confirm(): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UsageError("npm run adopt", [
      "nobody can be asked here: read the list above, then give --auto-approve",
    ]);
  const terminal = createInterface(process.stdin, process.stdout);
  const answer = await terminal.question('Do this? Only "yes" does it: ');
  terminal.close();
  return answer.trim() === "yes";
}

void main(adopt);
