import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { cloudflareClient } from "../account/client";
import { reconcile, type Reconciled } from "./adopt";
import { noteApply } from "./note-apply";
import { remedyFor } from "./remedies";
import { planFileOf } from "./remains";
import type { Stack } from "./stacks";
import {
  Terraform,
  TerraformError,
  type ResourceChange,
  type TerraformOptions,
} from "./terraform";

export interface DeployOptions extends TerraformOptions {
  /** Shows what a stack's plan would do and asks whether to do it. */
  readonly approve: (
    stack: Stack,
    changes: readonly ResourceChange[],
  ) => Promise<boolean>;
  /** Told before each further attempt. */
  readonly onRetry?: (stack: Stack, remedy: string, seconds: number) => void;
  /**
   * Whether an apply that has begun goes on to its end after `signal`; `hurry`
   * ends it all the same.
   *
   * @default false
   */
  readonly finishApply?: boolean;
  /** Told what an attempt, or an earlier run, has left in the account. */
  readonly onLeftovers?: (stack: Stack, found: Reconciled) => void;
  /** Told where that could not be found out; the next run looks again. */
  readonly onUnknown?: (stack: Stack, error: unknown) => void;
  /** Waits before further attempts, in seconds. @default 5, 15, 45 */
  readonly waits?: readonly number[];
}

export type DeployOutcome = "deployed" | "unchanged" | "declined";

/**
 * Deploys one stack: exactly the plan that was approved.
 *
 * A failure that passes by itself is tried again; what is left to do is then
 * planned anew, and asked about again where it holds more than was approved.
 * What an attempt has made without its state knowing it is taken in.
 *
 * @throws TerraformError where it fails for good
 */
export async function deployStack(
  stack: Stack,
  options: DeployOptions,
): Promise<DeployOutcome> {
  const outcome = await change(stack, "deploy", options);
  return outcome === "changed" ? "deployed" : outcome;
}

export type DestroyOutcome = "destroyed" | "nothing to destroy" | "declined";

/**
 * Destroys what one stack has deployed, and what an interrupted run of it has
 * left in the account; as `deployStack` in all else.
 *
 * @throws TerraformError where it fails for good
 */
export async function destroyStack(
  stack: Stack,
  options: DeployOptions,
): Promise<DestroyOutcome> {
  const outcome = await change(stack, "destroy", options);
  if (outcome === "declined") return outcome;
  return outcome === "changed" ? "destroyed" : "nothing to destroy";
}

/** Plans, asks and applies until there is nothing left to do. */
async function change(
  stack: Stack,
  command: "deploy" | "destroy",
  options: DeployOptions,
): Promise<"changed" | "unchanged" | "declined"> {
  const { finishApply, signal } = options;
  const terraform = new Terraform(stack.dir, options);
  const applying = finishApply
    ? new Terraform(stack.dir, { ...options, signal: undefined })
    : terraform;
  const waits = [...(options.waits ?? [5, 15, 45])];
  const planFile = planFileOf(stack, process.pid);
  const approved = new Set<string>();
  const client = cloudflareClient(options.env);
  const takeIn = async () => {
    const found = await reconcile(stack, client, options);
    if (found.done.length + found.left.length > 0)
      options.onLeftovers?.(stack, found);
  };
  const lookAfter = () =>
    takeIn().catch((error: unknown) => options.onUnknown?.(stack, error));
  for (;;) {
    try {
      await terraform.init();
      await takeIn();
      const mode = command === "destroy" ? (["-destroy"] as const) : [];
      if (!(await terraform.plan(planFile, ...mode)))
        return approved.size > 0 ? "changed" : "unchanged";
      const changes = await terraform.changes(planFile);
      if (
        changes.some((change) => !approved.has(key(change))) &&
        !(await options.approve(stack, changes))
      )
        return "declined";
      for (const change of changes) approved.add(key(change));
      const tell = await noteApply(stack, command, changes, client, options);
      await applying.apply(planFile, tell);
      await lookAfter();
      return "changed";
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof TerraformError)) throw error;
      const remedy = remedyFor(error.output);
      const seconds = waits.shift();
      if (!remedy?.passing || seconds === undefined) {
        await lookAfter();
        throw error;
      }
      options.onRetry?.(stack, remedy.remedy, seconds);
      await sleep(seconds * 1000, undefined, { signal });
    } finally {
      // It holds the secrets of the stack.
      rmSync(planFile, { force: true });
    }
  }
}

function key({ actions, address }: ResourceChange): string {
  return `${actions.join()} ${address}`;
}
