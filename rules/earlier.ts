import type { Change, Plan } from "../review/change";
import { Managed } from "./managed";
import type { Breach, Rule } from "./rule";

/** What the stacks broke of the rules before a change. */
export class Earlier {
  readonly #known = new Map<string, ReadonlySet<string>>();
  #managed: Managed | undefined;

  constructor(
    private readonly change: Change,
    private readonly rules: readonly Rule[],
  ) {}

  /** Whether the very breach was there before. */
  has(breach: Breach & { readonly rule: string }): boolean {
    if (breach.stood !== undefined) return breach.stood;
    let known = this.#known.get(breach.rule);
    if (known === undefined) {
      const rule = this.rules.find(({ id }) => id === breach.rule);
      this.#managed ??= new Managed(earlier(this.change));
      known = new Set(rule?.check(this.#managed).map(keyOf));
      this.#known.set(breach.rule, known);
    }
    return known.has(keyOf(breach));
  }
}

function keyOf({ about, details, stack, what }: Breach): string {
  return JSON.stringify([stack, about, what, details]);
}

/** The same stacks, with nothing to do. */
function earlier({ before, plans }: Change): Change {
  return { before, after: before, plans: plans.map(planBefore) };
}

function planBefore({ outputsBefore = {}, resources, stack }: Plan): Plan {
  return {
    stack,
    unread: [],
    outputs: outputsBefore,
    outputsBefore,
    resources: resources.flatMap((one) =>
      one.before === undefined || one.imported
        ? []
        : [{ ...one, action: "no-op", after: one.before } as typeof one],
    ),
  };
}
