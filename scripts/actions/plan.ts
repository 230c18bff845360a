import { checkBackends } from "../../gate/backends";
import { printableJson } from "../../base/printable";
import { checkApiToken } from "../../account/api-token";
import { cloudflareClient } from "../../account/client";
import { tellLeftovers, tellUnknown } from "../../deployment/leftover-words";
import { synthesize, withDependencies } from "../../deployment/stacks";
import { checkTerraform } from "../../deployment/terraform";
import { deployStacks } from "../../gate/deploy-stacks";
import { hasErrors } from "../../review/review";
import { toTable } from "../../review/to-table";
import {
  checkDeploySettings,
  environmentWithFile,
  loadSettings,
} from "../../settings";
import { patientInterruption } from "../command";
import { steps } from "../steps";
import { tellWarnings } from "../tell-warnings";
import { described, tellObjects } from "../tell-plans";
import type { PlanOptions } from "../plan";

export async function run(
  names: string[],
  { json, lockTimeout, terraform }: PlanOptions,
): Promise<void> {
  const env = environmentWithFile();
  const { hurry, signal } = patientInterruption();
  checkDeploySettings(env);
  const { accountId, remoteState } = loadSettings(env);
  await checkTerraform(env);
  const all = await synthesize({ env, signal });
  const stacks = withDependencies(
    all,
    names.length > 0 ? names : [...all.keys()],
  );
  checkBackends(stacks, remoteState);
  const client = cloudflareClient(env);
  await checkApiToken(client, accountId);
  const print = json ? console.error : console.log;
  const shown = steps({ print, signal, terraform });
  const { now, say } = shown;
  tellWarnings(stacks, say);
  const planned: Record<string, object> = {};
  const outcomes = await deployStacks(stacks, {
    env,
    signal,
    hurry,
    lockTimeout,
    client,
    accountId,
    takeIn: "in-plan",
    atOnce: true,
    onLeftovers: ({ name }, found) => tellLeftovers(name, found, say),
    onUnknown: ({ name }, error) => tellUnknown(name, error, say),
    onPlanning: ({ name }) => now(`${name}: planning`),
    onLine: shown.onLine,
    approve: async ({ plans, review, ...foresight }) => {
      for (const { changes, stack } of [...plans, ...foresight.foreseen])
        planned[stack.name] = changes.map(described);
      tellObjects(plans, foresight, say);
      say(toTable(review, { fold: true, width: process.stdout.columns }));
      if (hasErrors(review)) process.exitCode = 1;
      return false;
    },
  }).finally(shown.end);
  for (const { outcome, stack } of outcomes)
    if (outcome === "unchanged") {
      planned[stack.name] = [];
      say(`${stack.name}: nothing to change`);
    }
  const failed = outcomes.find(({ error }) => error !== undefined);
  if (failed?.error) throw failed.error;
  if (json) console.log(printableJson(planned));
}
