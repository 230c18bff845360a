import { printable, printableJson } from "../../base/printable";
import { checkApiToken } from "../../account/api-token";
import { cloudflareClient } from "../../account/client";
import { tellLeftovers, tellUnknown } from "../../deployment/leftover-words";
import { countsOf, wordOf } from "../../deployment/plan-words";
import { synthesize, withDependencies } from "../../deployment/stacks";
import {
  checkTerraform,
  type ResourceChange,
} from "../../deployment/terraform";
import { deployStacks } from "../../gate/deploy-stacks";
import { hasErrors } from "../../review/review";
import { toTable } from "../../review/to-table";
import {
  checkDeploySettings,
  environmentWithFile,
  loadSettings,
} from "../../settings";
import { patientInterruption } from "../command";
import type { PlanOptions } from "../plan";

export async function run(
  names: string[],
  { json, lockTimeout, terraform }: PlanOptions,
): Promise<void> {
  const env = environmentWithFile();
  const { hurry, signal } = patientInterruption();
  checkDeploySettings(env);
  const { accountId } = loadSettings(env);
  await checkTerraform(env);
  const all = await synthesize({ env, signal });
  const stacks = withDependencies(
    all,
    names.length > 0 ? names : [...all.keys()],
  );
  const client = cloudflareClient(env);
  await checkApiToken(client, accountId);
  const say = json ? console.error : console.log;
  const planned: Record<string, object> = {};
  const outcomes = await deployStacks(stacks, {
    env,
    signal,
    hurry,
    lockTimeout,
    client,
    accountId,
    takeIn: false,
    onLeftovers: ({ name }, found) => tellLeftovers(name, found, say),
    onUnknown: ({ name }, error) => tellUnknown(name, error, say),
    onPlanning: ({ name }) => say(`${name}: planning`),
    onLine: ({ name }, line) => {
      if (terraform) say(`${name}  ${line}`);
    },
    approve: async (plans, review, later) => {
      for (const { changes, stack } of plans) {
        planned[stack.name] = changes.map(described);
        say(`${stack.name}: ${countsOf(changes)}`);
        for (const { address, what } of changes.map(described))
          say(printable(`  ${what.replace(/^to /, "").padEnd(15)} ${address}`));
      }
      say(toTable(review, { width: process.stdout.columns }));
      for (const name of later)
        say(`${name}: can be planned once these are deployed`);
      if (hasErrors(review)) process.exitCode = 1;
      return false;
    },
  });
  for (const { outcome, stack } of outcomes)
    if (outcome === "unchanged") {
      planned[stack.name] = [];
      say(`${stack.name}: nothing to change`);
    }
  const failed = outcomes.find(({ error }) => error !== undefined);
  if (failed?.error) throw failed.error;
  if (json) console.log(printableJson(planned));
}

function described(change: ResourceChange) {
  return { address: change.address, what: wordOf(change) };
}
