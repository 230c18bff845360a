import { wordOf } from "../deployment/plan-words";
import type { SavedPlan } from "../deployment/deploy";
import type { ResourceChange } from "../deployment/terraform";
import type { Review } from "../review/review";
import type { Proposal } from "./deploy-stacks";
import { objections } from "./objections";
import { errorsOf } from "./reviewed";

interface Approval {
  readonly review: Review;
  /** What was to be done to which object, by the names of stacks. */
  readonly changes: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What was approved so far in one deploy. */
export class Approved {
  readonly #approvals: Approval[] = [];

  /** Whether it was approved, in one answer, what these stacks will do. */
  has(stacks: readonly string[]): boolean {
    return this.#of(stacks) !== undefined;
  }

  add({ foreseen, plans, review }: Proposal): void {
    const changes = [...plans, ...foreseen].map(
      ({ changes, stack }) =>
        [stack.name, new Set(changes.map(keyOf))] as const,
    );
    this.#approvals.push({ review, changes: new Map(changes) });
  }

  /**
   * What plans of such stacks do beyond what was approved, a line each.
   *
   * @param own the review of these plans, on the account as it is now
   * @param later names of the stacks that follow in the same deploy
   */
  beyond(
    plans: readonly SavedPlan[],
    own: Review,
    later: ReadonlySet<string>,
  ): string[] {
    const approval = this.#of(plans.map(({ stack }) => stack.name));
    if (approval === undefined) throw new Error("none of it was approved");
    const objects = plans.flatMap(({ changes, stack }) =>
      changes
        .filter(
          (change) => !approval.changes.get(stack.name)?.has(keyOf(change)),
        )
        .map((change) => `${stack.name}: ${change.address} ${wordOf(change)}`),
    );
    const { review } = approval;
    const reviewed = { change: review.change, errors: errorsOf(review) };
    return [...objects, ...objections(reviewed, own, later)];
  }

  #of(stacks: readonly string[]): Approval | undefined {
    return this.#approvals.findLast(({ changes }) =>
      stacks.every((name) => changes.has(name)),
    );
  }
}

function keyOf({ actions, address }: ResourceChange): string {
  return `${actions.join()} ${address}`;
}
