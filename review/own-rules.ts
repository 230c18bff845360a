import type { IngressRule } from "../ingress/rule";
import { sameHosts, sameTarget } from "../ingress/shadow";
import { tokenDemand } from "../ingress/token-demand";
import { PROTECT_RULE } from "../ingress/protect-rule";
import { quoted } from "../base/quoted";
import { resourcesOf, type Change } from "./change";

/** The tunnel rules that the code has after a change. */
export class OwnRules {
  readonly #rules: readonly IngressRule[];

  /** Audiences of the code's applications, each with its name. */
  readonly #auds: ReadonlyMap<string, string>;

  constructor({ plans }: Pick<Change, "plans">) {
    this.#auds = new Map(
      resourcesOf(plans, "application").flatMap(({ after }) =>
        after?.aud ? [[after.aud, after.name ?? "?"] as const] : [],
      ),
    );
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
    // Removed, its requests go to whatever rule is next, and it may have been all that a path's token works by.
    const check = `${PROTECT_RULE}, once the stack is deployed: whomever a Bypass lets in there is then refused`;
    const isSameService = this.#rules.some(
      (own) => sameHosts(own, rule) && own.service === rule.service,
    );
    const takeOver = `write existingRules: [${JSON.stringify(rule.path)}] in the stack in main.ts, which takes over that rule until a destroy`;
    const demand = tokenDemand(rule);
    if (demand === undefined)
      return rule.path && isSameService ? takeOver : check;
    // Whoever works by its check would be refused until the stack's rules are there.
    const names = demand.auds.map((aud) => this.#auds.get(aud));
    return rule.path && isSameService && !names.includes(undefined)
      ? takeOver
      : `do not remove that rule before the deploy, as that refuses whoever gets in by the JWT that it demands${
          names.some(Boolean)
            ? ` (of ${names
                .filter(Boolean)
                .map((name) => quoted(String(name)))
                .join(", ")})`
            : ""
        }: npm run adopt says what to do with it`;
  }
}
