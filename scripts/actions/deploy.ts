import { checkBackends } from "../../gate/backends";
import { printable, printableJsonLine } from "../../base/printable";
import { checkApiToken } from "../../account/api-token";
import { cloudflareClient } from "../../account/client";
import { ownObjects } from "../../deployment/own";
import { synthesize, withDependencies } from "../../deployment/stacks";
import { checkTerraform } from "../../deployment/terraform";
import { codeOf } from "../../gate/code";
import { deployStacks, type StackOutcome } from "../../gate/deploy-stacks";
import { objections, REVIEW_AGAIN } from "../../gate/objections";
import { checkReviewed, readReviewed } from "../../gate/reviewed";
import { hasErrors } from "../../review/review";
import { toTable } from "../../review/to-table";
import { UsageError } from "../../base/usage-error";
import {
  checkDeploySettings,
  environmentWithFile,
  loadSettings,
} from "../../settings";
import { patientInterruption } from "../command";
import { deployedOf } from "../deployed-of";
import { doneSoFar } from "../done-so-far";
import { tellFormerTokens } from "../former-tokens";
import { tellLeftWithoutLogin } from "../left-without-login";
import { tellTakenBefore } from "../taken-before";
import { tellLeftovers, tellUnknown } from "../../deployment/leftover-words";
import { confirm } from "../prompt";
import { steps } from "../steps";
import { tellWarnings } from "../tell-warnings";
import { countsBy, tellObjects } from "../tell-plans";
import { writeTunnelTokens } from "../tunnel-token";
import type { DeployOptions } from "../deploy";

export async function run(
  names: string[],
  options: DeployOptions,
): Promise<void> {
  const outcomes = await deploy(names, options, patientInterruption());
  if (options.json)
    console.log(
      printableJsonLine(
        Object.fromEntries(
          outcomes.map(({ outcome, stack }) => [stack.name, outcome]),
        ),
      ),
    );
}

/**
 * Deploys, with nothing on standard output where it is `json`, and sets the exit code.
 *
 * @param isAgreed whether what is planned is what was agreed to before it; where
 * nobody is asked
 */
export async function deploy(
  names: readonly string[],
  options: DeployOptions,
  { hurry, signal }: ReturnType<typeof patientInterruption>,
  isAgreed: (stacks: readonly string[]) => Promise<boolean> = async () => true,
): Promise<readonly StackOutcome[]> {
  const { autoApprove, json, lockTimeout, terraform } = options;
  const env = environmentWithFile();
  checkDeploySettings(env);
  const { accountId, remoteState } = loadSettings(env);
  const reviewed =
    options.reviewed === undefined ? undefined : readReviewed(options.reviewed);
  await checkTerraform(env);
  const stacks = withDependencies(await synthesize({ env, signal }), names);
  if (!autoApprove && !reviewed && !process.stdin.isTTY)
    throw new UsageError("npm run deploy", [
      "cannot ask for confirmation without a terminal: review the change (`npm run review -- --save FILE`), then pass --auto-approve, or --reviewed FILE",
    ]);
  if (reviewed) checkReviewed(reviewed, codeOf(stacks), accountId);
  checkBackends(stacks, remoteState);
  const client = cloudflareClient(env);
  await checkApiToken(client, accountId);
  // Whoever is asked has to see the plan, whatever becomes of the output.
  const print = json ? console.error : console.log;
  const shown = steps({ print, signal, terraform });
  const { now, say } = shown;
  tellWarnings(stacks, say);
  const ended = new Map<string, string>();
  const left = new Set<string>();
  const tellSoFar = async () => {
    const parts = new Map<string, string>();
    for (const stack of stacks)
      if (stack === shown.current || ended.get(stack.name) === "failed")
        parts.set(stack.name, await deployedOf(stack, env));
    doneSoFar({
      stacks: stacks.map(({ name }) => name),
      outcomes: ended,
      current: shown.current?.name,
      parts,
      done: "deployed",
      again: `npm run deploy -- ${names.join(" ")}`,
      left: [...left],
    }).forEach(say);
  };
  const outcomes = await deployStacks(stacks, {
    env,
    signal,
    hurry,
    lockTimeout,
    client,
    accountId,
    atOnce: !autoApprove && !reviewed,
    onPlanning: ({ name }) => now(`${name}: planning`),
    onApply: shown.applying,
    onLine: shown.onLine,
    onKept: ({ name }, place) =>
      say(`${name}: a copy of the state is kept in ${place}`),
    onRetry: ({ name }, remedy, seconds) =>
      say(`${name}: ${remedy} Trying again in ${seconds} s.`),
    onLeftovers({ name }, found) {
      if (found.left.some(({ ours }) => ours)) left.add(name);
      tellLeftovers(name, found, say);
    },
    onUnknown: ({ name }, error) => tellUnknown(name, error, say),
    onOutcome: ({ outcome, stack, without }) => {
      shown.applied(stack);
      ended.set(stack.name, outcome);
      say(`${stack.name}: ${outcome}${without ? `: ${without} failed` : ""}`);
    },
    approve: async ({ plans, review, later, beyond, ...foresight }) => {
      const all = [...plans, ...foresight.foreseen];
      for (const { changes, stack } of all) {
        await tellLeftWithoutLogin(stack, changes, env, say);
        tellTakenBefore(stack, changes, say);
      }
      tellObjects(plans, foresight, say);
      say(toTable(review, { fold: true, width: process.stdout.columns }));
      if (reviewed) {
        const found = objections(reviewed, review, later);
        if (found.length === 0) {
          if (hasErrors(review))
            say("The errors above are waived in the review that was kept.");
          return true;
        }
        say("Refused: this was not in the review.");
        for (const one of found) say(`- ${printable(one)}`);
        say(REVIEW_AGAIN);
        return false;
      }
      if (autoApprove) {
        if (!hasErrors(review))
          return isAgreed(plans.map(({ stack }) => stack.name));
        say(
          `Refused: what a review finds wrong is not applied unasked. Fix it or waive it in the code. To be asked, where a yes does all that is wrong above: npm run deploy -- ${names.join(" ")}`,
        );
        return false;
      }
      if (beyond.length > 0) say("This goes beyond what you have approved:");
      for (const one of beyond) say(`- ${printable(one)}`);
      const these = all.length > 1 ? "these stacks" : "this stack";
      const errors = hasErrors(review) ? " The review has errors." : "";
      return confirm(`${countsBy(all)}.${errors} Deploy ${these}?`, signal);
    },
  })
    .catch(async (error: unknown) => {
      if (signal.aborted || ended.size > 0) await tellSoFar();
      throw error;
    })
    .finally(shown.end);
  const isCut = ({ outcome }: StackOutcome) =>
    outcome === "declined" || outcome === "failed";
  if (outcomes.some(isCut)) await tellSoFar();
  await writeTunnelTokens(
    outcomes.filter((one) => !isAmiss(one)).map(({ stack }) => stack),
    { env, signal, hurry },
    say,
  );
  await tellFormerTokens(
    outcomes
      .filter(({ outcome }) => outcome === "deployed")
      .map(({ stack }) => stack),
    { env, signal },
    say,
  );
  for (const line of whatNext(outcomes)) say(line);
  const failed = outcomes.find(({ error }) => error !== undefined);
  if (failed?.error) throw failed.error;
  if (outcomes.some(isAmiss)) process.exitCode = 1;
  return outcomes;
}

/** Where each service is found that is deployed now, and what to do about it next. */
function whatNext(outcomes: readonly StackOutcome[]): string[] {
  if (outcomes.some(isAmiss)) return [];
  const services = outcomes.flatMap(({ stack }) => {
    const [host] = ownObjects(stack, []).flatMap(({ type, values }) =>
      type === "tunnel_route" && values.path === undefined
        ? String(values.hostname)
        : [],
    );
    return host === undefined ? [] : [{ host, name: stack.name }];
  });
  if (services.length === 0) return [];
  const names = services.map(({ name }) => name).join(" ");
  return [
    ...services.map(({ host, name }) => `${name}: https://${host}`),
    `Next, see that it is protected: npm run probe -- ${names}`,
  ];
}

function isAmiss({ outcome }: StackOutcome): boolean {
  return outcome !== "deployed" && outcome !== "unchanged";
}
