import { printable, printableJson } from "../../base/printable";
import { leftoversOf, settle, settled } from "../../deployment/adopt";
import { checkApiToken } from "../../account/api-token";
import { cloudflareClient } from "../../account/client";
import type { Leftover } from "../../deployment/leftovers";
import { synthesize, withDependencies } from "../../deployment/stacks";
import { checkTerraform } from "../../deployment/terraform";
import { UsageError } from "../../base/usage-error";
import {
  checkDeploySettings,
  environmentWithFile,
  loadSettings,
} from "../../settings";
import { patientInterruption } from "../command";
import { describe } from "../../deployment/leftover-words";
import { confirm } from "../prompt";
import type { AdoptOptions } from "../adopt";

export async function run(
  names: string[],
  { autoApprove, json, ours }: AdoptOptions,
): Promise<void> {
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
    const leftovers = await leftoversOf(stack, client, options, ours);
    say(
      `${stack.name}: ${leftovers.length === 0 ? "nothing" : leftovers.length} left behind`,
    );
    for (const leftover of leftovers) say(`  ${describe(leftover)}`);
    const toDo = leftovers.filter(({ action }) => action.do !== "leave");
    if (toDo.length > 0 && !autoApprove && !(await approved(signal))) {
      process.exitCode = 1;
      break;
    }
    for (const leftover of toDo) {
      await settle(stack, leftover, client, options);
      say(`  ${leftover.kind} ${printable(leftover.description)}: done`);
    }
    const left = leftovers.filter((leftover) => !toDo.includes(leftover));
    settled(stack, left, options);
    const unsure = left.filter(({ ours }) => !ours);
    if (unsure.length > 0)
      say(
        `  If a deploy of yours made them: npm run adopt -- ${stack.name} --ours ${unsure.map(({ object }) => object.id).join(" ")}`,
      );
    found.push(...leftovers.map((one) => asJson(stack.name, one)));
  }
  if (json) console.log(printableJson(found));
}

function asJson(stack: string, leftover: Leftover): object {
  const { createdAt, description, action, kind, object } = leftover;
  return { stack, kind, description, id: object.id, createdAt, ...action };
}

async function approved(signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UsageError("npm run adopt", [
      "cannot ask for confirmation without a terminal: review the list above, then pass --auto-approve",
    ]);
  return confirm("Do this?", signal);
}
