import type { Application, Change, Plan } from "../review/change";
import { Managed } from "./managed";
import type { Breach, Rule } from "./rule";

/** What the stacks broke of the rules at another time. */
export class Earlier {
  readonly #known = new Map<string, ReadonlySet<string>>();
  #managed: Managed | undefined;

  /** @param then the same stacks as they were, with nothing to do */
  constructor(
    private readonly then: Change,
    private readonly rules: readonly Rule[],
  ) {}

  /** Whether the very breach was there. */
  has(breach: Breach & { readonly rule: string }): boolean {
    if (breach.stood !== undefined) return breach.stood;
    let known = this.#known.get(breach.rule);
    if (known === undefined) {
      const rule = this.rules.find(({ id }) => id === breach.rule);
      this.#managed ??= new Managed(this.then);
      known = new Set(rule?.check(this.#managed).map(keyOf));
      this.#known.set(breach.rule, known);
    }
    return known.has(keyOf(breach));
  }
}

function keyOf({ about, details, stack, what }: Breach): string {
  return JSON.stringify([stack, about, what, details]);
}

/** Before the change. */
export function earlier({ before, plans }: Change): Change {
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

/**
 * Before the first deploy of stacks that are destroyed: what they give back is
 * all that is left of them.
 */
export function beforeFirstDeploy({ after, plans }: Change): Change {
  return {
    ...{ before: after, after },
    plans: plans.filter(isGone).map(({ resources, stack }) => ({
      ...{ stack, unread: [], outputs: {} },
      resources: resources.flatMap((one) =>
        one.kind === "application" && one.givesBack
          ? [{ ...one, after: formerIn(one.givesBack) }]
          : [],
      ),
    })),
  };
}

function formerIn({ previous }: Readonly<Record<string, unknown>>) {
  return JSON.parse(String(previous)) as Application;
}

/** Whether a plan leaves nothing of a stack but what it gives back. */
export function isGone({ resources }: Plan): boolean {
  return (
    resources.some(({ givesBack }) => givesBack) &&
    resources.every(({ after, givesBack }) => !after || givesBack)
  );
}
