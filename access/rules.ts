import { all, any, yesNoFact, type Test } from "./inquiry";
import { Mentions } from "./mentions";
import type { AccessAccount, Group, List, Rule, RuleSet } from "./model";
import { API_SPELLINGS, SELECTORS, type SelectorContext } from "./selectors";
import { not } from "./truth";
import { Values } from "./values";
import { quoted } from "../base/quoted";

/** Turns the rules of one application's policies into tests. */
export class RuleCompiler implements SelectorContext {
  readonly mentions = new Mentions();
  readonly lists: ReadonlyMap<string, List>;
  readonly accountId?: string;
  readonly #groups: ReadonlyMap<string, Group>;
  readonly #groupTests = new Map<string, Test>();
  #unclear = 0;

  constructor(account: AccessAccount) {
    this.lists = byId(account.lists);
    if (account.id) this.accountId = account.id;
    this.#groups = byId(account.groups);
  }

  /** Include: any. Require: all. Exclude: none, and it wins. Without an include rule nobody is meant. */
  ruleSet({ include, require, exclude }: RuleSet, name: string): Test {
    const included = any(this.#rules(include, name));
    const required = all(this.#rules(require, name));
    const excluded = any(this.#rules(exclude, name));
    return all([included, required, (inquiry) => not(excluded(inquiry))]);
  }

  group(id: string): Test | undefined {
    const compiled = this.#groupTests.get(id);
    if (compiled !== undefined) return compiled;
    const group = this.#groups.get(id);
    if (group === undefined) return undefined;
    const name = `rule group ${quoted(group.name ?? id)}`;
    // Stands in while the group is being compiled: whoever meets it then is in a circle.
    this.#groupTests.set(
      id,
      yesNoFact({ id: `group:${id}`, text: `${name}, which contains itself` }),
    );
    const test = this.ruleSet(group, name);
    this.#groupTests.set(id, test);
    return test;
  }

  #rules(rules: readonly Rule[] | null | undefined, name: string): Test[] {
    return (rules ?? []).map((rule) => this.#rule(rule, name));
  }

  #rule(rule: Rule, name: string): Test {
    const used = Object.entries(rule).filter(
      (entry): entry is [string, object] =>
        typeof entry[1] === "object" && entry[1] !== null,
    );
    const [first, ...more] = used;
    if (first === undefined)
      return this.#notClear("a rule without a selector", name);
    if (more.length > 0)
      return this.#notClear("a rule with several selectors", name);
    const [key, value] = first;
    const selector = API_SPELLINGS[key] ?? key;
    const compile = Object.hasOwn(SELECTORS, selector)
      ? SELECTORS[selector]
      : undefined;
    return (
      compile?.(new Values(selector, value), this) ??
      this.#notClear(
        compile === undefined
          ? `the selector ${key}, which this version does not know,`
          : `the values of a rule with ${key}`,
        name,
      )
    );
  }

  /** Each rule that makes no sense is a fact of its own: two of them need not have the same answer. */
  #notClear(what: string, name: string): Test {
    this.#unclear += 1;
    return yesNoFact({
      id: `unclear:${this.#unclear}`,
      text: `${what} in ${name}`,
    });
  }
}

export function byId<T extends { readonly id?: string | null }>(
  items: readonly T[] | null | undefined,
): ReadonlyMap<string, T> {
  return new Map(
    (items ?? []).flatMap((item) => (item.id ? [[item.id, item]] : [])),
  );
}
