import { printable, printableJsonLine } from "../../base/printable";
import type { AccessAccount } from "../../access/model";
import { accountReader } from "../../account/account-reader";
import { checkApiToken } from "../../account/api-token";
import { cloudflareClient } from "../../account/client";
import type { Reconciled } from "../../deployment/adopt";
import { destroyStack, type PlannedDestroy } from "../../deployment/deploy";
import {
  synthesize,
  withDependencies,
  type Stack,
} from "../../deployment/stacks";
import { readResources } from "../../deployment/state";
import {
  checkTerraform,
  type ResourceChange,
  type TerraformOptions,
} from "../../deployment/terraform";
import { usedAcross, usersFirst } from "../../deployment/used-across";
import { UsageError } from "../../base/usage-error";
import {
  checkDeploySettings,
  environmentWithFile,
  loadSettings,
} from "../../settings";
import { patientInterruption } from "../command";
import { tellLeftWithoutLogin } from "../left-without-login";
import { tellPutBack } from "../put-back";
import { tellTakenBefore } from "../taken-before";
import {
  tellLeftovers,
  tellLost,
  tellUnknown,
} from "../../deployment/leftover-words";
import type { LostTakeOver } from "../../deployment/lost-take-over";
import {
  approvesDestroy,
  lacksGivenBack,
  planDestroys,
} from "../destroy-question";
import { confirm } from "../prompt";
import { steps } from "../steps";
import { countsBy, NOTHING_FORESEEN, tellObjects } from "../tell-plans";
import type { DestroyOptions } from "../destroy";

export async function run(
  names: string[],
  options: DestroyOptions,
): Promise<void> {
  const { autoApprove, json, lockTimeout, ours, terraform } = options;
  const env = environmentWithFile();
  const { signal, hurry } = patientInterruption();
  checkDeploySettings(env);
  await checkTerraform(env);
  const stacks = await synthesize({ env, signal });
  const given = options.all ? [...stacks.keys()] : names;
  const named = withDependencies(stacks, given)
    .filter(({ name }) => given.includes(name))
    .reverse();
  if (!autoApprove && !process.stdin.isTTY)
    throw new UsageError("npm run destroy", [
      "cannot ask for confirmation without a terminal: pass --auto-approve",
    ]);
  await checkApiToken(cloudflareClient(env), loadSettings(env).accountId);
  const chosen = await inOrder(named, [...stacks.values()], { env, signal });
  const print = json ? console.error : console.log;
  const shown = steps({ print, signal, terraform });
  const { now, say } = shown;
  const outcomes: Record<string, string> = {};
  const notFound = new Set(ours);
  let isNamed = false;
  const optionsFor = (stack: Stack) => ({
    env,
    signal,
    hurry,
    lockTimeout,
    ours,
    isReviewed: !autoApprove,
    onApply: shown.applying,
    onLine: (line: string) => shown.onLine(stack, line),
    onKept: ({ name }: Stack, place: string) =>
      say(`${name}: a copy of the state is kept in ${place}`),
    onRetry: ({ name }: Stack, remedy: string, seconds: number) =>
      say(`${name}: ${remedy} Trying again in ${seconds} s.`),
    onLeftovers({ name }: Stack, found: Reconciled) {
      for (const { object } of found.done) notFound.delete(object.id);
      isNamed ||= found.due?.some(({ named }) => named) ?? false;
      tellLeftovers(name, found, say, "destroy");
    },
    onLost({ name }: Stack, lost: readonly LostTakeOver[]) {
      if (lost.some(({ isGivenBack }) => !isGivenBack)) process.exitCode = 1;
      tellLost(name, lost, say);
    },
    onUnknown({ name }: Stack, error: unknown) {
      process.exitCode = 1;
      const again = `Run again: npm run destroy -- ${given.join(" ")}`;
      tellUnknown(name, error, say, again);
    },
  });
  const approved = new Set<string>();
  // Asked about at once, they are planned first, and applied as they were shown.
  const saved = new Map<Stack, PlannedDestroy>();
  const discard = () => {
    for (const { change } of saved.values()) change?.discard();
  };
  if (!autoApprove) {
    const ask = async () => {
      const plans = await planDestroys(chosen, saved, (stack) => {
        now(`${stack.name}: planning`);
        return optionsFor(stack);
      });
      const all = plans.flatMap(({ changes }) => changes);
      for (const { changes, stack } of plans) {
        await tellLeftWithoutLogin(stack, changes, env, say, all);
        tellTakenBefore(stack, changes, say);
      }
      const byName = options.all === true;
      const asking = { env, say, signal, byName };
      const yes =
        plans.length > 0
          ? await approvesDestroy(plans, asking)
          : !isNamed || (await confirm("Destroy what --ours names?", signal));
      if (!yes) say("Nothing was destroyed.");
      return { plans, yes };
    };
    const { plans, yes } = await ask().catch((error: unknown) => {
      discard();
      if (signal.aborted) say("Nothing was destroyed.");
      throw error;
    });
    if (!yes) {
      discard();
      process.exitCode = 1;
      for (const { stack } of plans) outcomes[stack.name] = "declined";
      if (json) console.log(printableJsonLine(outcomes));
      return;
    }
    for (const { changes, stack } of plans)
      for (const change of changes) approved.add(keyOf(stack, change));
  }
  for (const [at, stack] of chosen.entries()) {
    const { name } = stack;
    const planned = saved.get(stack);
    if (!planned) now(`${name}: planning`);
    const outcome = await destroyStack(stack, {
      ...optionsFor(stack),
      planned,
      approve: async (_, changes) => {
        if (lacksGivenBack(changes, planned?.plan.changes ?? [])) {
          say(
            `${name}: The account has changed since the review. Run the same command again.`,
          );
          return false;
        }
        if (changes.every((change) => approved.has(keyOf(stack, change))))
          return true;
        await tellLeftWithoutLogin(stack, changes, env, say);
        tellTakenBefore(stack, changes, say);
        if (autoApprove)
          await tellPutBack(stack, changes, () => accessOf(env), say);
        const plan = { stack, changes };
        tellObjects([plan], NOTHING_FORESEEN, say);
        return (
          autoApprove ||
          confirm(`${countsBy([plan])}. Destroy this stack?`, signal)
        );
      },
    }).catch(async (error: unknown) => {
      discard();
      shown.end();
      await tellRest(stack, given, env);
      const rest = chosen.slice(at + 1).map((one) => one.name);
      if (rest.length > 0)
        console.error(`${rest.join(", ")}: nothing was destroyed.`);
      throw error;
    });
    shown.applied(stack);
    outcomes[name] = outcome;
    say(`${name}: ${outcome}`);
    if (outcome === "declined") {
      discard();
      process.exitCode = 1;
      break;
    }
  }
  if (notFound.size > 0) {
    process.exitCode = 1;
    say(
      printable(
        `--ours: ${[...notFound].join(", ")} stays: there is none of these stacks' names that no state knows, it is an application, or something else uses it.`,
      ),
    );
  }
  if (json) console.log(printableJsonLine(outcomes));
}

/** @throws NotKnown */
async function accessOf(env: NodeJS.ProcessEnv): Promise<AccessAccount> {
  const { accountId } = loadSettings(env);
  const reader = accountReader(cloudflareClient(env), accountId);
  return {
    applications: await reader.applications(),
    groups: await reader.groups(),
    organization: (await reader.organization()) ?? {},
    policies: await reader.policies(),
  };
}

function keyOf({ name }: Stack, change: ResourceChange): string {
  return `${name} ${change.actions.join()} ${change.address}`;
}

/**
 * Puts stacks whose policies admit tokens of others before these.
 *
 * @throws UsageError where a stack that stays deployed needs one that goes
 */
async function inOrder(
  chosen: readonly Stack[],
  all: readonly Stack[],
  options: TerraformOptions,
): Promise<Stack[]> {
  const faults: string[] = [];
  for (const stack of all) {
    const needed = chosen.filter(({ name }) =>
      stack.dependencies.includes(name),
    );
    if (needed.length === 0 || chosen.includes(stack)) continue;
    if ((await readResources(stack, options)).length > 0)
      faults.push(
        `"${stack.name}" is deployed and depends on ${needed.map(({ name }) => name).join(", ")}: name it too, or leave those out`,
      );
  }
  const used = await usedAcross(chosen, all, options);
  for (const { owner, policy, token, user } of used)
    if (!chosen.includes(user))
      faults.push(
        printable(
          `"${user.name}" is deployed, and its policy "${policy}" names the service token "${token}" of ${owner.name}, so that Cloudflare does not delete it: take it out of the tokens of ${user.name} in main.ts, run npm run deploy -- ${user.name}, then this again; or name ${user.name} too`,
        ),
      );
  if (faults.length > 0) throw new UsageError("npm run destroy", faults);
  return usersFirst(chosen, used);
}

/** Says what a destroy that was cut off or failed has not deleted. */
async function tellRest(
  stack: Stack,
  names: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const rest = await readResources(stack, { env }).catch(() => undefined);
  if (rest?.length === 0) return;
  const which = rest
    ? `still deployed: ${rest.map(({ address }) => address).join(", ")}`
    : "what is still deployed is not known: its state can't be read";
  console.error(
    `${stack.name}: ${which}. Run again: npm run destroy -- ${names.join(" ")}`,
  );
}
