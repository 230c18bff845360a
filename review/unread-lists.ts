import type { Application, Policy, RuleSet } from "../access/model";
import type {
  AccountState,
  AnyPlannedResource,
  Change,
  Unread,
} from "./change";
import { isObject } from "./references";

/**
 * A change whose plans say where something comes to hang on a list of people or
 * addresses: who is on a list is not read.
 */
export function withUnreadLists(change: Change): Change {
  const lists = new Lists(change.after);
  return {
    ...change,
    plans: change.plans.map((plan) => ({
      ...plan,
      unread: [
        ...plan.unread,
        ...plan.resources.flatMap((one) => unreadIn(one, lists)),
      ],
    })),
  };
}

/** What decides together with the list, by Terraform's names. */
const DECIDING: ReadonlySet<string> = new Set([
  ...["decision", "include", "require", "exclude"],
  ...["domain", "destinations", "self_hosted_domains", "policies"],
  ...["type", "settings", "document", "hostname"],
]);

function unreadIn(one: AnyPlannedResource, lists: Lists): Unread[] {
  const { action, address, changed = [] } = one;
  if (action === "no-op" || action === "forget" || action === "delete")
    return [];
  if (!changed.some((name) => DECIDING.has(name))) return [];
  const found =
    one.kind === "application"
      ? lists.ofApplication(one.after)
      : one.kind === "policy" || one.kind === "group"
        ? lists.of(one.after)
        : [];
  return [...new Set(found)].map((list) => ({
    address,
    what: `it depends on ${list}, whose members are not read`,
  }));
}

/** The lists that rules lead to. */
class Lists {
  readonly #groups: ReadonlyMap<unknown, RuleSet>;
  readonly #policies: ReadonlyMap<unknown, Policy>;

  constructor({ access }: AccountState) {
    this.#groups = new Map((access.groups ?? []).map((one) => [one.id, one]));
    this.#policies = new Map(
      (access.policies ?? []).map((one) => [one.id, one]),
    );
  }

  ofApplication({ policies }: Partial<Application> = {}): string[] {
    return (policies ?? []).flatMap((given) => {
      const policy = typeof given === "string" ? { id: given } : given;
      return this.of(this.#policies.get(policy.id) ?? policy);
    });
  }

  of(
    { exclude, include, require }: RuleSet = {},
    seen: ReadonlySet<unknown> = new Set(),
  ): string[] {
    return [include, require, exclude]
      .flatMap((rules) => rules ?? [])
      .flatMap(Object.entries)
      .flatMap(([selector, values]: [string, unknown]) => {
        const id = isObject(values) ? values["id"] : undefined;
        const name = LISTS[selector];
        if (name !== undefined) return [`${name} ${String(id)}`];
        if (selector !== "group" || seen.has(id)) return [];
        return this.of(this.#groups.get(id), new Set([...seen, id]));
      });
  }
}

const LISTS: Readonly<Record<string, string>> = {
  email_list: "the e-mail list",
  ip_list: "the list of addresses",
};
