import type Cloudflare from "cloudflare";
import {
  StackChange,
  type ChangeOptions,
  type SavedPlan,
} from "../deployment/deploy";
import type { Stack } from "../deployment/stacks";
import { TerraformError } from "../deployment/terraform";
import { eachOf } from "../probe/each-of";
import type { Plan } from "../review/change";
import { HANDED_OVER } from "../review/findings/ownership";
import { isSameReview } from "../review/is-same";
import { readChange } from "../review/read-change";
import type { Review } from "../review/review";
import { houseReview } from "../rules/house-review";
import { UsageError } from "../base/usage-error";
import { Approved } from "./approved";
import { closeFolders } from "./folders";
import { foresee, type Foresight } from "./foresee";
import { AT_A_TIME } from "./plan-all";
import { readStackPlan } from "./stack-plan";

const CHANGED_MEANWHILE =
  "the account has changed since you were asked, and who gains or loses access, or what is wrong, is what is shown now";

/** What is to be approved at once. */
export interface Proposal extends Foresight {
  /** Exactly these are applied. */
  readonly plans: readonly SavedPlan[];
  /** Of these plans, and of what is foreseen. */
  readonly review: Review;
  /** Names of the stacks that follow in the same deploy. */
  readonly later: ReadonlySet<string>;
  /** What was not in what was approved before in this deploy, a line each. */
  readonly beyond: readonly string[];
}

export interface DeployStacksOptions extends Omit<ChangeOptions, "onLine"> {
  readonly client: Cloudflare;
  readonly accountId: string;
  /** Told what Terraform prints of a stack. */
  readonly onLine?: (stack: Stack, line: string) => void;
  /** Told of each stack before it is planned. */
  readonly onPlanning?: (stack: Stack) => void;
  /** Shows what some plans come to and asks whether to apply them. */
  readonly approve: (proposal: Proposal) => Promise<boolean>;
  /**
   * Whether somebody is asked. Stacks that can be planned only after others are
   * then foreseen, and asked about with those: in their turn only about what goes
   * beyond. After a yes the account is looked at once more.
   *
   * @default false
   */
  readonly atOnce?: boolean;
  /** Told what became of each stack. */
  readonly onOutcome?: (outcome: StackOutcome) => void;
}

export interface StackOutcome {
  readonly stack: Stack;
  readonly outcome:
    "deployed" | "unchanged" | "declined" | "failed" | "left out";
  /** Why it failed. */
  readonly error?: TerraformError;
  /** Name of the stack that it depends on, and that was not deployed. */
  readonly without?: string;
}

/**
 * Deploys stacks, each from one saved plan. All that can be planned together
 * are reviewed together, on the account as it is then, and approved at once; a
 * stack whose plan hangs on what another has yet to do follows it. A stack that
 * fails stops only those that depend on it.
 *
 * @param stacks those first that others depend on
 * @throws UsageError where more lies in a stack's folder than was synthesized, or
 * one stack gives back what another takes over
 * @throws what is no failure of Terraform
 */
export async function deployStacks(
  stacks: readonly Stack[],
  options: DeployStacksOptions,
): Promise<StackOutcome[]> {
  closeFolders(stacks, options.env);
  const outcomes = new Map<Stack, StackOutcome>();
  const end = (outcome: StackOutcome) => {
    outcomes.set(outcome.stack, outcome);
    options.onOutcome?.(outcome);
  };
  const saved = new Map<Stack, Saved>();
  const approved = new Approved();
  try {
    while (outcomes.size < stacks.length) {
      await planReady(stacks, outcomes, saved, end, options);
      if (saved.size === 0) continue;
      if (!(await applySaved(stacks, outcomes, saved, approved, end, options)))
        break;
      saved.clear();
    }
  } finally {
    for (const { change } of saved.values()) change.discard();
  }
  return stacks.flatMap((stack) => outcomes.get(stack) ?? []);
}

interface Saved {
  readonly change: StackChange;
  readonly plan: SavedPlan;
}

type End = (outcome: StackOutcome) => void;

/** Plans every stack that waits for none, until all of these wait to be applied. */
async function planReady(
  stacks: readonly Stack[],
  outcomes: ReadonlyMap<Stack, StackOutcome>,
  saved: Map<Stack, Saved>,
  end: End,
  options: DeployStacksOptions,
): Promise<void> {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  for (;;) {
    const ready: Stack[] = [];
    for (const stack of stacks) {
      if (outcomes.has(stack) || saved.has(stack)) continue;
      const before = stack.dependencies.flatMap((name) => {
        const found = byName.get(name);
        return found ? [found] : [];
      });
      const missing = before.find((one) => isMissing(outcomes.get(one)));
      if (missing) end({ stack, outcome: "left out", without: missing.name });
      else if (before.every((one) => outcomes.has(one))) ready.push(stack);
    }
    if (ready.length === 0) return;
    const failures: unknown[] = [];
    await eachOf(ready, AT_A_TIME, async (stack) => {
      try {
        options.onPlanning?.(stack);
        const change = new StackChange(stack, "deploy", {
          ...options,
          onLine: (line) => options.onLine?.(stack, line),
        });
        const plan = await ended(stack, end, () => change.plan());
        if (plan) saved.set(stack, { change, plan });
        else if (!outcomes.has(stack)) end({ stack, outcome: "unchanged" });
      } catch (error) {
        // The others end first: what they have saved is to be removed.
        failures.push(error);
      }
    });
    if (failures.length > 0) throw failures[0];
  }
}

function isMissing(outcome: StackOutcome | undefined): boolean {
  return (
    outcome !== undefined &&
    outcome.outcome !== "deployed" &&
    outcome.outcome !== "unchanged"
  );
}

/** Reviews the saved plans and applies them, one after the other; false where they are declined. */
async function applySaved(
  stacks: readonly Stack[],
  outcomes: ReadonlyMap<Stack, StackOutcome>,
  saved: ReadonlyMap<Stack, Saved>,
  approved: Approved,
  end: End,
  options: DeployStacksOptions,
): Promise<boolean> {
  const { client, accountId } = options;
  const reviewed = async (plans: readonly Plan[]) => {
    const change = await readChange(plans, client, accountId).catch(unread);
    const review = houseReview(change, options.env);
    refuseHandOver(review);
    return review;
  };
  const approves = async (
    plans: readonly SavedPlan[],
    following: readonly Stack[],
  ): Promise<boolean> => {
    const later = new Set(following.map(({ name }) => name));
    const own = plans.map(({ json, stack }) => readStackPlan(stack, json));
    let review: Review | undefined;
    let beyond: readonly string[] = [];
    if (approved.has(plans.map(({ stack }) => stack.name))) {
      review = await reviewed(own);
      beyond = approved.beyond(plans, review, later);
      if (beyond.length === 0) return true;
    }
    const { atOnce, env, hurry, lockTimeout, signal } = options;
    const unknown = following.filter(
      (stack) => atOnce && !saved.has(stack) && !approved.has([stack.name]),
    );
    const how = { env, hurry, lockTimeout, signal };
    const foresight = await foresee(unknown, stacks, how);
    const further = foresight.foreseen.map(({ plan }) => plan);
    const all = [...own, ...further];
    if (review === undefined || further.length > 0)
      review = await reviewed(all);
    let proposal: Proposal = { ...foresight, plans, review, later, beyond };
    while (await options.approve(proposal)) {
      // Whoever is asked takes their time, and others go on meanwhile.
      const now = atOnce ? await reviewed(all) : proposal.review;
      if (isSameReview(now, proposal.review)) {
        approved.add(proposal);
        return true;
      }
      proposal = { ...proposal, review: now, beyond: [CHANGED_MEANWHILE] };
    }
    return false;
  };
  const work = stacks.flatMap((stack) => saved.get(stack) ?? []);
  const later = stacks.filter(
    (stack) => !outcomes.has(stack) && !saved.has(stack),
  );
  const plans = work.map(({ plan }) => plan);
  if (!(await approves(plans, later))) {
    for (const { plan } of work)
      end({ stack: plan.stack, outcome: "declined" });
    return false;
  }
  for (const [at, { change, plan }] of work.entries()) {
    const following = [
      ...later,
      ...work.slice(at + 1).map((one) => one.plan.stack),
    ];
    const outcome = await ended(plan.stack, end, () =>
      change.apply(
        async (again) => again === plan || (await approves([again], following)),
      ),
    );
    change.discard();
    if (outcome !== undefined)
      end({
        stack: plan.stack,
        outcome: outcome === "changed" ? "deployed" : "declined",
      });
    if (outcome === "declined") return false;
  }
  return true;
}

/** @throws UsageError where a review has what not even a yes may deploy */
export function refuseHandOver({ findings }: Pick<Review, "findings">): void {
  const faults = findings
    .filter(({ id }) => id === HANDED_OVER)
    .map(({ remedy, subject, text }) => `${subject}: ${text}; ${remedy}`);
  if (faults.length > 0)
    throw new UsageError("These plans can't be applied", faults);
}

/** Cloudflare's failure, and no fault of what the user gave. */
function unread(error: unknown): never {
  if (!(error instanceof UsageError)) throw error;
  throw new Error(
    `These plans can't be reviewed, and so were not applied:\n${error.faults.map((fault) => `- ${fault}`).join("\n")}`,
    { cause: error },
  );
}

/** Notes the failure of Terraform as the stack's outcome, and has the others go on. */
async function ended<T>(
  stack: Stack,
  end: End,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TerraformError)) throw error;
    end({ stack, outcome: "failed", error });
    return undefined;
  }
}
