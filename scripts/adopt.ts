import { printable, printableJson } from "../base/printable";
import { leftoversOf, settle } from "../deployment/adopt";
import { checkApiToken } from "../account/api-token";
import { cloudflareClient } from "../account/client";
import type { Fate, Leftover } from "../deployment/leftovers";
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

const adopt = command(
  "adopt",
  "Finds objects that an interrupted deploy created but Terraform does not know, and imports or deletes them",
)
  .argument("<stacks...>", "names of stacks in main.ts")
  .option("--auto-approve", "import or delete without asking")
  .option("--json", "print the findings and actions as JSON")
  .addHelpText("after", "\nExample:\n  npm run adopt -- comfyui")
  .action(async (names: string[], { autoApprove, json }: Options) => {
    const env = environmentWithFile();
    const { signal, hurry } = patientInterruption();
    checkDeploySettings(env);
    await checkTerraform(env);
    const client = cloudflareClient(env);
    const stacks = withDependencies(await synthesize({ env, signal }), names);
    await checkApiToken(client, loadSettings(env).accountId);
    const options = { env, signal, hurry };
    const say = json ? console.error : console.log;
    const found: object[] = [];
    for (const stack of stacks) {
      const leftovers = await leftoversOf(stack, client, options);
      say(
        `${stack.name}: ${leftovers.length === 0 ? "nothing" : leftovers.length} left behind`,
      );
      for (const leftover of leftovers) say(`  ${describe(leftover)}`);
      const toDo = leftovers.filter(({ fate }) => fate.do !== "leave");
      if (toDo.length > 0 && !autoApprove && !(await approved(signal))) {
        process.exitCode = 1;
        break;
      }
      for (const leftover of toDo) {
        await settle(stack, leftover, client, options);
        say(`  ${leftover.kind} ${printable(leftover.description)}: done`);
      }
      found.push(...leftovers.map((one) => asJson(stack.name, one)));
    }
    if (json) console.log(printableJson(found));
  });

function describe(leftover: Leftover): string {
  const { createdAt, description, fate, kind, object } = leftover;
  return printable(
    `${kind} ${description}, id ${object.id}, made ${createdAt}: ${inWords(fate)}`,
  );
}

function inWords(fate: Fate): string {
  switch (fate.do) {
    case "import":
      return `import as ${fate.address}`;
    case "replace":
      return `import as ${fate.address}, to be replaced by the next deploy`;
    case "delete":
      return "delete";
    case "leave":
      return `leave alone, as ${fate.why}`;
  }
}

function asJson(stack: string, leftover: Leftover): object {
  const { createdAt, description, fate, kind, object } = leftover;
  return { stack, kind, description, id: object.id, createdAt, ...fate };
}

async function approved(signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UsageError("npm run adopt", [
      "cannot ask for confirmation without a terminal: review the list above, then pass --auto-approve",
    ]);
  return confirm("Do this?", signal);
}

void main(adopt);
