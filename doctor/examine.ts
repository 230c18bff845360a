import { namedAccount } from "../account/named-account";
import { cloudflareClient } from "../account/client";
import { withDependencies, type Stack } from "../deployment/stacks";
import type { World } from "../probe/world";
import { UsageError } from "../base/usage-error";
import { loadSettings } from "../settings";
import { notChecked, toFinding, type DoctorFinding, type Seen } from "./check";
import { stateVersionsCheck } from "./checks/state-versions";
import { ACCOUNT_CHECKS, MACHINE_CHECKS, SERVICE_CHECKS } from "./all-checks";
import type { AccountContext } from "./context";
import { houseRules } from "./house-rules";
import { ofService } from "./named-by-services";
import { plansOf, type Plans } from "./planned";
import { runAll } from "./run-checks";

export interface ExamineOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Names of stacks; none: all. */
  readonly names: readonly string[];
  /** @throws UsageError with the faults of settings and props */
  synthesize(): Promise<ReadonlyMap<string, Stack>>;
  readonly outside: Pick<World, "ask">;
  /** @default - the machine's time */
  readonly now?: Date;
  /** @default - that of the Node.js this runs on */
  readonly nodeVersion?: string;
}

/**
 * Looks at all that a deploy needs, and changes nothing. What can't be found
 * out is told as not checked and stops nothing else.
 *
 * @throws UsageError for names that no stack has
 */
export async function examine(
  options: ExamineOptions,
): Promise<DoctorFinding[]> {
  const { env, nodeVersion = process.versions.node } = options;
  const now = options.now ?? new Date();
  // First, as a synth makes the state folder and closes it to others.
  const machine = await runAll(MACHINE_CHECKS, { env, nodeVersion, now });
  // The stacks can't be synthesized without these.
  for (const id of ["settings", "state-folder"])
    if (hasProblem(machine, id))
      return [...machine, ...skipped(`needs ${id} first`)];

  const { findings, plans } = await synthesizePlans(options, now);
  const settings = loadSettings(env);
  const context: AccountContext = {
    settings,
    account: namedAccount(cloudflareClient(env), settings),
    plans,
    outside: options.outside,
    now,
  };
  const account = await runAll(
    [...ACCOUNT_CHECKS, stateVersionsCheck],
    context,
  );
  const services = await Promise.all(
    (plans?.services ?? []).map((service) =>
      runAll(
        SERVICE_CHECKS,
        { ...ofService(context, service), service },
        service.hostname,
      ),
    ),
  );
  return [...machine, ...findings, ...account, ...services.flat()];
}

/** Whether a deploy would fail or leave the service unusable. */
export function hasProblem(
  findings: readonly DoctorFinding[],
  id?: string,
): boolean {
  return findings.some(
    (finding) =>
      finding.status === "problem" && (id === undefined || finding.id === id),
  );
}

async function synthesizePlans(
  options: ExamineOptions,
  now: Date,
): Promise<{ findings: DoctorFinding[]; plans?: Plans }> {
  const found = (seen: Seen): DoctorFinding => ({
    id: "stacks",
    why: "They say what is deployed.",
    page: "main.ts",
    ...seen,
  });
  let stacks: ReadonlyMap<string, Stack>;
  try {
    stacks = await options.synthesize();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const what = error.faults.join("\n");
    const todo = "Fix them in main.ts or the settings.";
    return { findings: [found({ status: "problem", what, todo })] };
  }
  const { env, names } = options;
  const chosen = withDependencies(
    stacks,
    names.length > 0 ? names : [...stacks.keys()],
  );
  const what = `${chosen.map(({ name }) => name).join(", ")}, in this order`;
  return {
    findings: [found({ status: "ok", what }), ...houseRules(chosen, now)],
    plans: await plansOf(chosen, env),
  };
}

function skipped(why: string): DoctorFinding[] {
  return ACCOUNT_CHECKS.map((check) => toFinding(check, notChecked(why)));
}
