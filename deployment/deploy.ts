import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { cloudflareClient } from "../account/client";
import { reconcile, type Reconciled } from "./adopt";
import { noteApply } from "./note-apply";
import { remedyFor } from "./remedies";
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
  const { finishApply, signal } = options;
  const terraform = new Terraform(stack.dir, options);
  const applying = finishApply
    ? new Terraform(stack.dir, { ...options, signal: undefined })
    : terraform;
  const waits = [...(options.waits ?? [5, 15, 45])];
  const planFile = join(stack.dir, "deploy.plan");
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
      if (!(await terraform.plan(planFile)))
        return approved.size > 0 ? "deployed" : "unchanged";
      const changes = await terraform.changes(planFile);
      if (
        changes.some((change) => !approved.has(key(change))) &&
        !(await options.approve(stack, changes))
      )
        return "declined";
      for (const change of changes) approved.add(key(change));
      const tell = await noteApply(stack, "deploy", changes, client, options);
      await applying.apply(planFile, tell);
      await lookAfter();
      return "deployed";
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
