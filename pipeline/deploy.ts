import { checkApiToken } from "../account/api-token";
import { cloudflareClient } from "../account/client";
import { deployStack, type DeployOutcome } from "../deployment/deploy";
import type { Stack } from "../deployment/stacks";
import { checkTerraform } from "../deployment/terraform";
import { CHECKLIST } from "../probe/checklist";
import { probeAll } from "../probe/probe-all";
import { isBroken, type Findings } from "../probe/report";
import { checkDeploySettings, loadSettings } from "../settings";
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
}

interface Outcome {
  readonly name: string;
  readonly outcome: DeployOutcome | "failed" | "left out";
  /** Why it failed, or was left out. */
  readonly why?: string;
}

/**
 * Deploys every stack, those first that others depend on, and tries from
 * outside whether what was promised holds. A stack that fails stops only those
 * that depend on it.
 *
 * @throws UsageError where something is missing that every deploy needs
 */
export async function deploy(options: DeployStepOptions): Promise<StepReport> {
  const { env, signal } = options;
  checkDeploySettings(env);
  checkLastingState(env);
  await checkTerraform(env);
  const stacks = await allStacks(options);
  await checkApiToken(cloudflareClient(env), loadSettings(env).accountId);
  const outcomes = await deployInOrder(stacks, options);
  const services = await deployedServices(stacks, { env, signal });
  const findings = await prove(services, options);
  return {
    markdown: print(outcomes, findings),
    failed: outcomes.some(({ why }) => why !== undefined) || isBroken(findings),
  };
}

async function deployInOrder(
  stacks: readonly Stack[],
  { env, hurry, say, signal }: StepOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const stack of stacks) {
    const { dependencies, name } = stack;
    const ground = outcomes.find(
      (one) => one.why !== undefined && dependencies.includes(one.name),
    );
    const outcome: Outcome = ground
      ? { name, outcome: "left out", why: `${ground.name} failed` }
      : await deployStack(stack, {
          env,
          signal,
          hurry,
          onLine: (line) => say(`${name}  ${line}`),
          onRetry: (_, remedy, seconds) =>
            say(`${name}: ${remedy} Trying again in ${seconds} s.`),
          approve: async () => true,
        }).then(
          (done) => ({ name, outcome: done }),
          (error) => ({ name, outcome: "failed", why: failureOf(error) }),
        );
    say(`${name}: ${outcome.outcome}`);
    outcomes.push(outcome);
  }
  return outcomes;
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

function print(outcomes: readonly Outcome[], findings: Findings): string {
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
