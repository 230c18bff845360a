import { checkBackends } from "../gate/backends";
import { checkApiToken } from "../account/api-token";
import { cloudflareClient } from "../account/client";
import { tellLeftovers, tellUnknown } from "../deployment/leftover-words";
import { checkTerraform } from "../deployment/terraform";
import { codeOf } from "../gate/code";
import { deployStacks, type StackOutcome } from "../gate/deploy-stacks";
import { objections } from "../gate/objections";
import { checkReviewed, errorsOf, readReviewed } from "../gate/reviewed";
import { isBroken } from "../probe/report";
import { code } from "../review/markdown";
import { UsageError } from "../base/usage-error";
import { checkDeploySettings, loadSettings } from "../settings";
import { failureOf } from "./failure";
import { checkLastingState } from "./lasting-state";
import { deployReport, type Outcome } from "./deploy-report";
import { givenStacks, type GivenStacksOptions } from "./given-stacks";
import { prove, type ProveOptions } from "./prove";
import type { StepReport } from "./step";

interface DeployStepOptions extends GivenStacksOptions, ProveOptions {
  /**
   * File with the review of what is deployed; a workflow has to give it.
   *
   * @default - the deploy's own review must have no errors
   */
  readonly reviewed?: string;
}

/**
 * Deploys every stack, those first that others depend on, and tries from
 * outside whether what was promised holds. What its own plans change of who
 * reaches what must have been reviewed. A stack that fails stops only those
 * that depend on it.
 *
 * @throws UsageError where something is missing that every deploy needs
 */
export async function deploy(options: DeployStepOptions): Promise<StepReport> {
  const { env, hurry, say, signal } = options;
  checkDeploySettings(env);
  checkLastingState(env);
  if (env.GITHUB_ACTIONS === "true" && options.reviewed === undefined)
    throw new UsageError("npm run ci -- main", [
      "a workflow deploys only what was reviewed: give the review with --reviewed FILE (docs/github.md)",
    ]);
  const reviewed =
    options.reviewed === undefined ? undefined : readReviewed(options.reviewed);
  await checkTerraform(env);
  const stacks = await givenStacks(options);
  const { accountId, remoteState } = loadSettings(env);
  if (reviewed) checkReviewed(reviewed, codeOf(stacks), accountId);
  checkBackends(stacks, remoteState);
  const client = cloudflareClient(env);
  await checkApiToken(client, accountId);
  const refused: string[] = [];
  // What is noted of it goes with the runner.
  const left: string[] = [];
  const tell = (line: string) => {
    say(line);
    left.push(line);
  };
  const done = await deployStacks(stacks, {
    env,
    signal,
    hurry,
    client,
    accountId,
    onLine: ({ name }, line) => say(`${name}  ${line}`),
    onKept: ({ name }, place) =>
      say(`${name}: a copy of the state is kept in ${place}`),
    onRetry: ({ name }, remedy, seconds) =>
      say(`${name}: ${remedy} Trying again in ${seconds} s.`),
    onLeftovers: ({ name }, found) => tellLeftovers(name, found, tell),
    onUnknown: ({ name }, error) => tellUnknown(name, error, tell),
    onOutcome: ({ outcome, stack }) => say(`${stack.name}: ${outcome}`),
    approve: async ({ later, review }) => {
      refused.push(
        ...(reviewed ? objections(reviewed, review, later) : errorsOf(review)),
      );
      return refused.length === 0;
    },
  });
  const outcomes = done.map(outcomeOf);
  const findings = await prove(stacks, options);
  return {
    markdown: [
      deployReport(outcomes, findings, refused, reviewed !== undefined),
      ...(left.length > 0 ? ["### Left by runs that were cut off"] : []),
      ...left.map((line) => code(line)),
    ].join("\n\n"),
    failed:
      outcomes.some(({ outcome }) => !FINE.has(outcome)) || isBroken(findings),
  };
}

const FINE: ReadonlySet<string> = new Set(["deployed", "unchanged"]);

function outcomeOf({ error, outcome, stack, without }: StackOutcome): Outcome {
  const why = error ? failureOf(error) : without && `${without} failed`;
  return { name: stack.name, outcome, why };
}
