import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isOlder } from "../base/provider-versions";
import {
  providerChangeIn,
  type PlanOfProvider,
  type ProviderChange,
} from "../contract/written-by";
import { answerOf, mayPass } from "../account/api-errors";
import { cloudflareClient } from "../account/client";
import { DESTROY_RUN, REVIEWED_RUN } from "../base/destroy-run";
import {
  leftAfter,
  lookOnly,
  namedOf,
  reconcile,
  type Reconciled,
  settleNamed,
} from "./adopt";
import { endNote, readNote } from "./apply-note";
import { cutCreates, takeInCutCreates } from "./cut-creates";
import { asImported, withDueImports } from "./due-imports";
import { keepState } from "./kept-state";
import type { Leftover } from "./leftovers";
import { lostTakeOvers, type LostTakeOver } from "./lost-take-over";
import { UsageError } from "../base/usage-error";
import { noteApply } from "./note-apply";
import { planInOrder } from "./order-of-routes";
import { noteReleased, wantedAgain } from "./released";
import { remedyFor } from "./remedies";
import { planFileOf, removePlanNotes } from "./remains";
import type { Stack } from "./stacks";
import { readResources } from "./state";
import { onCopy } from "./state-copy";
import {
  changesIn,
  ERRORED_STATE,
  Terraform,
  TerraformError,
  type ResourceChange,
  type TerraformOptions,
} from "./terraform";

/** A plan that is saved and not applied yet. */
export interface SavedPlan {
  readonly stack: Stack;
  readonly changes: readonly ResourceChange[];
  /** What `terraform show -json` prints of it, secrets included. */
  readonly json: string;
  /** Another version of Cloudflare's provider that would write the state. */
  readonly provider?: ProviderChange;
}

export interface ChangeOptions extends TerraformOptions {
  /**
   * Whether what becomes public is shown, and asked about, before it is applied.
   *
   * @default true for a deploy, whose review refuses it otherwise
   */
  readonly isReviewed?: boolean;
  /** Told before each further attempt. */
  readonly onRetry?: (stack: Stack, remedy: string, seconds: number) => void;
  /**
   * Whether an apply that has begun goes on to its end after `signal`; `hurry`
   * ends it all the same.
   *
   * @default false
   */
  readonly finishApply?: boolean;
  /**
   * Whether what an earlier run has left is taken in or deleted, and not only
   * told; `in-plan`: the plan takes it in, and is not applied.
   *
   * @default true
   */
  readonly takeIn?: boolean | "in-plan";
  /** Told before a plan is applied. */
  readonly onApply?: (stack: Stack, changes: readonly ResourceChange[]) => void;
  /** Told where the state is kept that a newer provider is about to replace. */
  readonly onKept?: (stack: Stack, place: string) => void;
  /** Told what an attempt, or an earlier run, has left in the account. */
  readonly onLeftovers?: (stack: Stack, found: Reconciled) => void;
  /** Told where that could not be found out; the next run looks again. */
  readonly onUnknown?: (stack: Stack, error: unknown) => void;
  /** Waits before further attempts, in seconds. @default 5, 15, 45 */
  readonly waits?: readonly number[];
}

export interface DestroyOptions extends DeployOptions {
  /** What to begin with, approved or not; its change is discarded. @default - it is planned */
  readonly planned?: PlannedDestroy;
  /** Ids of objects that a person says are the stack's: they go with the rest. */
  readonly ours?: readonly string[];
  /** Told of applications of which nobody knows what they were. */
  readonly onLost?: (stack: Stack, lost: readonly LostTakeOver[]) => void;
}

interface StackChangeOptions
  extends ChangeOptions, Pick<DestroyOptions, "ours"> {
  /**
   * Whether what a killed create has written stays out of the state of a destroy.
   *
   * @default false
   */
  readonly leavesCut?: boolean;
}

export interface DeployOptions extends ChangeOptions {
  /**
   * Shows what a stack's plan would do and asks whether to do it, be it no more
   * than have another version of Cloudflare's provider write the state. Changes
   * of outputs alone are not asked about.
   */
  readonly approve: (
    stack: Stack,
    changes: readonly ResourceChange[],
    provider?: ProviderChange,
  ) => Promise<boolean>;
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
  options: DestroyOptions,
): Promise<DestroyOutcome> {
  const told = options.planned?.told ?? new Set<string>();
  const telling = tellingOnce(options, told);
  const deleted = await idsIn(stack, options);
  const outcome = await change(stack, "destroy", telling).catch(
    async (error: unknown) => {
      // What uses an object of the stack, and no state knows, has to be named.
      if (error instanceof TerraformError && IN_USE.test(error.output)) {
        const known = new Set([...deleted, ...told]);
        await lookAfter(stack, known, { ...options, ours: [] });
      }
      throw error;
    },
  );
  if (outcome === "declined") return outcome;
  await lookAfter(stack, new Set([...deleted, ...told]), options);
  return outcome === "changed" ? "destroyed" : "nothing to destroy";
}

/** A destroy that is planned, to be shown with those of other stacks. */
export interface PlannedDestroy {
  /** What applies the plan. @default - it was made on a copy of the state, and is made anew */
  readonly change?: StackChange;
  readonly plan: SavedPlan;
  /** Ids of what was told to be left. */
  readonly told: Set<string>;
}

/**
 * Plans a destroy that is to be asked about; undefined where there is nothing to
 * destroy. What a person names is told as `due`, and in no state before the yes:
 * declined, it would be the stack's, and the next destroy would delete it. So is
 * what a killed create has written: its note may turn up on another machine.
 */
export async function planDestroy(
  stack: Stack,
  options: StackChangeOptions,
): Promise<PlannedDestroy | undefined> {
  const told = new Set<string>();
  const { ours = [], ...more } = tellingOnce(options, told);
  const leaving = { ...more, leavesCut: true };
  const change = new StackChange(stack, "destroy", leaving);
  const plan = await change.plan();
  const named =
    ours.length > 0
      ? await namedOf(stack, ours, cloudflareClient(options.env), options)
      : [];
  const cut = await cutCreates(stack, options);
  if (ours.length + cut.length === 0) return plan && { change, plan, told };
  change.discard();
  if (named.length > 0)
    options.onLeftovers?.(stack, { done: [], due: named, left: [] });
  if (named.length + cut.length === 0) return plan && { plan, told };
  const foreseen = await onCopy(stack, options, async (copy, env) => {
    const ids = named.map(({ object }) => object.id);
    const asked = { ...more, env, ours: ids, onLeftovers: undefined };
    const onlyRead = new StackChange(copy, "destroy", asked);
    const found = await onlyRead.plan();
    onlyRead.discard();
    return found;
  });
  return foreseen && { plan: { ...foreseen, stack }, told };
}

/** Each round of a destroy finds the same again. */
function tellingOnce<T extends ChangeOptions>(
  options: T,
  told: Set<string>,
): T {
  return {
    ...options,
    onLeftovers(stack: Stack, found: Reconciled) {
      const left = found.left.filter(({ object }) => !told.has(object.id));
      for (const { object } of left) told.add(object.id);
      if (found.done.length + left.length > 0)
        options.onLeftovers?.(stack, { ...found, left });
    },
  };
}

/** Cloudflare deletes nothing that something else uses. */
const IN_USE = /\b409 Conflict\b/;

/** What the state knows; nothing where it can't be read, of which the plan tells. */
async function idsIn(
  stack: Stack,
  options: TerraformOptions,
): Promise<readonly string[]> {
  const state = await readResources(stack, options).catch(() => []);
  return state.map(({ values }) => String(values.id));
}

/**
 * Looks for what a destroy has left.
 *
 * @param known ids of what is gone, or was told of
 */
async function lookAfter(
  stack: Stack,
  known: ReadonlySet<string>,
  options: DestroyOptions,
): Promise<void> {
  const { ours = [] } = options;
  try {
    const client = cloudflareClient(options.env);
    const done =
      ours.length > 0
        ? await settleNamed(stack, ours, "delete", client, options)
        : [];
    const gone = new Set([...known, ...done.map(({ object }) => object.id)]);
    const all = await leftAfter(stack, gone, client, options);
    const lost = options.onLost
      ? await lostTakeOvers(stack, known, all, client, options)
      : [];
    if (lost.length > 0) options.onLost?.(stack, lost);
    const left = all.filter(
      (one) => !lost.some(({ policies }) => policies.includes(one)),
    );
    if (done.length + left.length > 0)
      options.onLeftovers?.(stack, { done, left });
  } catch (error) {
    options.onUnknown?.(stack, error);
  }
}

/** Plans, asks and applies until there is nothing left to do. */
async function change(
  stack: Stack,
  command: "deploy" | "destroy",
  options: DestroyOptions,
): Promise<"changed" | "unchanged" | "declined"> {
  const approved = new Set<string>();
  const work =
    options.planned?.change ?? new StackChange(stack, command, options);
  try {
    if (!options.planned?.change && (await work.plan()) === undefined)
      return "unchanged";
    return await work.apply(async ({ changes, provider }) => {
      const keys = [
        ...changes.map(key),
        ...(provider && command === "deploy"
          ? [`provider ${provider.from} ${provider.to}`]
          : []),
      ];
      if (
        keys.some((one) => !approved.has(one)) &&
        !(await options.approve(stack, changes, provider))
      )
        return false;
      for (const one of keys) approved.add(one);
      return true;
    });
  } finally {
    work.discard();
  }
}

function key({ actions, address }: ResourceChange): string {
  return `${actions.join()} ${address}`;
}

/**
 * One change of one stack, in two steps: a plan that is saved, and the apply of
 * exactly that plan. `discard` it in any case: the plan holds secrets.
 */
export class StackChange {
  readonly #terraform: Terraform;
  readonly #applying: Terraform;
  readonly #client;
  readonly #waits: number[];
  readonly #planFile: string;
  /** How often a destroy took in what became free for it. */
  #rounds = 0;
  /** What the plan imports. */
  #due: readonly Leftover[] = [];
  #saved: SavedPlan | undefined;
  private readonly options: StackChangeOptions;

  constructor(
    readonly stack: Stack,
    private readonly command: "deploy" | "destroy",
    options: StackChangeOptions,
  ) {
    const { isReviewed = command === "deploy" } = options;
    this.options = {
      ...options,
      env: {
        ...options.env,
        ...(command === "destroy" && { [DESTROY_RUN]: "1" }),
        ...(isReviewed && { [REVIEWED_RUN]: "1" }),
      },
    };
    this.#terraform = new Terraform(stack.dir, this.options);
    this.#applying = options.finishApply
      ? new Terraform(stack.dir, { ...this.options, signal: undefined })
      : this.#terraform;
    this.#client = cloudflareClient(options.env);
    this.#waits = [...(options.waits ?? [5, 15, 45])];
    this.#planFile = planFileOf(stack, process.pid);
  }

  /** Saves a plan; undefined where there is nothing to change. */
  async plan(): Promise<SavedPlan | undefined> {
    const saved = await this.#retrying(() => this.#plan());
    // Terraform saves a plan that changes nothing, too, with all its secrets.
    if (saved === undefined) this.discard();
    return saved;
  }

  /**
   * Applies the saved plan, if it is approved. What is planned anew after a
   * failure that passes by itself has to be approved as well.
   */
  async apply(
    approve: (plan: SavedPlan) => Promise<boolean>,
  ): Promise<"changed" | "declined"> {
    return this.#retrying(() => this.#apply(approve));
  }

  async #apply(
    approve: (plan: SavedPlan) => Promise<boolean>,
  ): Promise<"changed" | "declined"> {
    const saved = this.#saved ?? (await this.#plan());
    if (saved === undefined) return "changed";
    // Whatever becomes of it, it is not applied twice.
    this.#saved = undefined;
    if (!(await approve(saved))) return "declined";
    const { command, options, stack } = this;
    const { changes, provider: versions } = saved;
    if (versions && isOlder(versions.from, versions.to)) {
      const place = await keepState(stack, versions, options);
      if (place !== undefined) options.onKept?.(stack, place);
    }
    options.onApply?.(stack, changes);
    noteReleased(stack.name, changes, options.env);
    const earlier = readNote(stack.name, options.env);
    const tell = await noteApply(
      stack,
      command,
      changes,
      this.#client,
      options,
    );
    await this.#applying.apply(this.#planFile, tell);
    // Nobody looks after it below; what an earlier run has left stays due.
    if (!this.#takesIn) endNote(stack.name, earlier, options.env);
    return (await this.#hasMore()) ? this.#apply(approve) : "changed";
  }

  discard(): void {
    rmSync(this.#planFile, { force: true });
    removePlanNotes(this.options.env);
  }

  async #plan(): Promise<SavedPlan | undefined> {
    await this.#terraform.prepare();
    if (this.#takesIn) await this.#terraform.saveErrored();
    else this.#refuseUnsaved();
    const destroys = this.command === "destroy";
    if (destroys && !this.options.leavesCut)
      await takeInCutCreates(this.stack, this.options);
    // What has no place yet may have one when the rest is destroyed.
    await this.#takeIn({ tellLeft: !destroys });
    const mode = destroys ? (["-destroy"] as const) : [];
    const due = destroys ? [] : this.#due;
    const plan = () => this.#terraform.plan(this.#planFile, ...mode);
    const isChange = await withDueImports(this.stack, due, () =>
      destroys ? planInOrder(this.stack, plan) : plan(),
    );
    if (!isChange) return undefined;
    const json = asImported(await this.#terraform.show(this.#planFile), due);
    const { stack } = this;
    const provider = providerChangeIn(JSON.parse(json) as PlanOfProvider);
    this.#saved = {
      stack,
      json,
      changes: changesIn(json),
      ...(provider && { provider }),
    };
    return this.#saved;
  }

  async #retrying<T>(attempt: () => Promise<T>): Promise<T> {
    const { onRetry, signal } = this.options;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        this.discard();
        this.#saved = undefined;
        signal?.throwIfAborted();
        const isTerraforms = error instanceof TerraformError;
        if (!isTerraforms && !mayPass(error)) throw error;
        const remedy = isTerraforms
          ? remedyFor(error.output, error.binary)
          : { passing: true, remedy: `${answerOf(error)}.` };
        const seconds = this.#waits.shift();
        if (!remedy?.passing || seconds === undefined) {
          if (isTerraforms && (await this.#hasMore())) continue;
          throw error;
        }
        onRetry?.(this.stack, remedy.remedy, seconds);
        await sleep(seconds * 1000, undefined, { signal });
      }
    }
  }

  get #takesIn(): boolean {
    return (this.options.takeIn ?? true) === true;
  }

  /** A plan without what that state knows would make it all anew. */
  #refuseUnsaved(): void {
    if (this.#terraform.hasErrored())
      throw new UsageError(`Plan of ${this.stack.name}`, [
        `an interrupted run has left a state that is not saved yet (${ERRORED_STATE} in ${this.stack.dir}): npm run deploy -- ${this.stack.name} saves it, and then plans`,
      ]);
  }

  async #takeIn({ tellLeft }: { tellLeft: boolean }): Promise<boolean> {
    const { stack } = this;
    const { ours = [], takeIn } = this.options;
    const again =
      this.command === "deploy"
        ? await wantedAgain(stack, this.#client, this.options)
        : [];
    if (!this.#takesIn) {
      const found = await lookOnly(stack, this.#client, this.options);
      const left = [...again, ...found.left];
      this.#due = takeIn === "in-plan" ? [...again, ...(found.due ?? [])] : [];
      if (left.length + (found.due ?? []).length > 0)
        this.options.onLeftovers?.(stack, { ...found, left });
      return false;
    }
    // Declined, the plan leaves a state without them.
    this.#due = again;
    const found = await reconcile(stack, this.#client, this.options);
    const named =
      ours.length > 0
        ? await settleNamed(stack, ours, "import", this.#client, this.options)
        : [];
    // That an application lists them tells that it was taken over.
    if (named.length > 0 && this.command === "destroy")
      await takeInCutCreates(stack, this.options);
    const done = [...found.done, ...named];
    const left = tellLeft
      ? [...again, ...found.left].filter(
          // What is in use is told at the end of a destroy, with by whom.
          ({ ours: certain, usedBy }) =>
            this.command === "deploy" || certain || usedBy === undefined,
        )
      : [];
    if (done.length + left.length > 0)
      this.options.onLeftovers?.(stack, { done, left });
    return done.some(({ action }) => action.do !== "delete");
  }

  /**
   * Looks for what was left in the account, and tells whether a destroy can go
   * on with it: what it has deleted makes room for another of its kind.
   */
  async #hasMore(): Promise<boolean> {
    try {
      const more = await this.#takeIn({ tellLeft: true });
      return more && this.command === "destroy" && ++this.#rounds < MOST_ROUNDS;
    } catch (error) {
      this.options.onUnknown?.(this.stack, error);
      return false;
    }
  }
}

/** More than lost answers can leave; it ends whatever goes round. */
const MOST_ROUNDS = 10;
