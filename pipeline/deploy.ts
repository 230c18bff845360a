import { checkApiToken } from "../account/api-token";
import { cloudflareClient } from "../account/client";
import { checkTerraform } from "../deployment/terraform";
import { codeOf } from "../gate/code";
import { deployStacks, type StackOutcome } from "../gate/deploy-stacks";
import { objections, REVIEW_AGAIN } from "../gate/objections";
import { checkReviewed, errorsOf, readReviewed } from "../gate/reviewed";
import { CHECKLIST } from "../probe/checklist";
import { probeAll } from "../probe/probe-all";
import { isBroken, type Findings } from "../probe/report";
import { checkDeploySettings, loadSettings, UsageError } from "../settings";
import { allStacks } from "./all-stacks";
import { deployedServices } from "./deployed-services";
import { failureOf } from "./failure";
import { checkLastingState } from "./lasting-state";
import { code, codeBlock, table } from "../review/markdown";
import { fromOutside } from "./outside-world";
import type { StepOptions, StepReport } from "./step";

interface DeployStepOptions extends StepOptions {
  /** How long a broken promise is tried again, in milliseconds. @default 60000 */
  readonly patience?: number;
  /**
   * File with the review of what is deployed; a workflow has to give it.
   *
   * @default - the deploy's own review must have no errors
   */
  readonly reviewed?: string;
}

interface Outcome {
  readonly name: string;
  readonly outcome: StackOutcome["outcome"];
  /** Why it failed, or was left out. */
  readonly why?: string;
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
  const stacks = await allStacks(options);
  const { accountId } = loadSettings(env);
  if (reviewed) checkReviewed(reviewed, codeOf(stacks), accountId);
  const client = cloudflareClient(env);
  await checkApiToken(client, accountId);
  const refused: string[] = [];
  const done = await deployStacks(stacks, {
    env,
    signal,
    hurry,
    client,
    accountId,
    onLine: ({ name }, line) => say(`${name}  ${line}`),
    onRetry: ({ name }, remedy, seconds) =>
      say(`${name}: ${remedy} Trying again in ${seconds} s.`),
    onOutcome: ({ outcome, stack }) => say(`${stack.name}: ${outcome}`),
    approve: async (_, review, later) => {
      refused.push(
        ...(reviewed ? objections(reviewed, review, later) : errorsOf(review)),
      );
      return refused.length === 0;
    },
  });
  const outcomes = done.map(outcomeOf);
  const services = await deployedServices(stacks, { env, signal });
  const findings = await prove(services, options);
  return {
    markdown: print(outcomes, findings, refused),
    failed:
      outcomes.some(({ outcome }) => !FINE.has(outcome)) || isBroken(findings),
  };
}

const FINE: ReadonlySet<string> = new Set(["deployed", "unchanged"]);

function outcomeOf({ error, outcome, stack, without }: StackOutcome): Outcome {
  const why = error ? failureOf(error) : without && `${without} failed`;
  return { name: stack.name, outcome, why };
}

async function prove(
  services: Awaited<ReturnType<typeof deployedServices>>,
  { env, patience = 60_000, signal }: DeployStepOptions,
): Promise<Findings> {
  const results = await fromOutside(env, (world) =>
    probeAll([...services.values()], world, {
      checks: CHECKLIST,
      patience,
      signal,
    }),
  );
  return new Map(
    [...services.keys()].map((name, index) => [name, results[index] ?? []]),
  );
}

function print(
  outcomes: readonly Outcome[],
  findings: Findings,
  refused: readonly string[],
): string {
  const failures = outcomes.filter(({ outcome }) => outcome === "failed");
  return [
    "## Deploy",
    table(
      ["stack", "outcome", "promises"],
      outcomes.map(({ name, outcome, why }) => [
        code(name),
        outcome === "left out" ? `left out: ${why}` : outcome,
        promises(findings.get(name)),
      ]),
    ),
    ...(refused.length > 0
      ? [
          "### Refused, as it was not in the review",
          codeBlock(refused.join("\n")),
          REVIEW_AGAIN,
        ]
      : []),
    ...failures.map(({ name, why = "" }) => `### ${name}\n\n${codeBlock(why)}`),
    ...[...findings].flatMap(([name, results]) => broken(name, results)),
  ].join("\n\n");
}

type Results = NonNullable<ReturnType<Findings["get"]>>;

function promises(results: Results = []): string {
  const counts = new Map<string, number>();
  for (const { finding } of results)
    counts.set(finding.status, (counts.get(finding.status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(", ");
}

function broken(name: string, results: Results): string[] {
  const rows = results.flatMap(({ check, finding }) =>
    finding.status === "broken"
      ? [[check.promise, finding.seen, finding.cause, finding.remedy]]
      : [],
  );
  return rows.length > 0
    ? [
        `### Broken promises of ${name}`,
        table(["promise", "seen", "cause", "remedy"], rows),
      ]
    : [];
}
