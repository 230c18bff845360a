import type { IngressRule } from "../ingress/rule";
import { sameHosts, sameTarget } from "../ingress/shadow";
import { tokenDemand } from "../ingress/token-demand";
import { resourcesOf, type Change } from "./change";

/** The tunnel rules that the code has after a change. */
export class OwnRules {
  readonly #rules: readonly IngressRule[];

  constructor({ plans }: Pick<Change, "plans">) {
    this.#rules = resourcesOf(plans, "route").flatMap(({ after }) =>
      after ? [after.rule] : [],
    );
  }

  /** Whether the code has a rule for this host and path. */
  has(rule: IngressRule): boolean {
    return this.#rules.some((own) => sameTarget(own, rule));
  }

  /** Whether a rule is for a host of the code, and not of the code itself. */
  lacks(rule: IngressRule): boolean {
    return this.#rules.some((own) => sameHosts(own, rule)) && !this.has(rule);
  }

  /** What stops a rule that the code lacks from letting requests through. */
  remedyFor(rule: IngressRule): string {
    const remove =
      "remove that rule from the tunnel if nothing needs it: requests then go to the next matching rule";
    const isSameService = this.#rules.some(
      (own) => sameHosts(own, rule) && own.service === rule.service,
    );
    return rule.path && isSameService && !tokenDemand(rule)
      ? `write existingRules: [${JSON.stringify(rule.path)}] in the stack in main.ts, which takes over that rule until a destroy; or ${remove}`
      : remove;
  }
}
