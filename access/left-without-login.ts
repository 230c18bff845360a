import { compileApplication } from "./compile-application";
import type { AccessAccount, Application, Rule, RuleSet } from "./model";

/**
 * The applications to which nobody can log in any more once some login methods
 * are gone, by their own list or because every Allow policy demands one of them.
 * Those that let nobody log in anyway are left out: open ones, and those for
 * machines.
 *
 * @param gone ids of the login methods, whether or not the account still has them
 */
export function leftWithoutLogin(
  account: AccessAccount,
  gone: ReadonlySet<string>,
): Application[] {
  const left = new Set(
    (account.identity_providers ?? []).flatMap(({ id }) =>
      id && !gone.has(id) ? [id] : [],
    ),
  );
  const demands = new Demands(account, gone);
  return account.applications.filter((application) => {
    const { allowed_idps: named } = application;
    const { afterLogin, hasAllow, missing } = compileApplication(
      account,
      application,
    );
    const hasNoMethod = named?.length
      ? named.some((id) => gone.has(id)) && !named.some((id) => left.has(id))
      : left.size === 0 && gone.size > 0;
    if (hasNoMethod) return hasAllow || missing.length > 0;
    const allows = afterLogin.filter(({ decision }) => decision === "allow");
    return (
      hasAllow &&
      missing.length === 0 &&
      allows.every(({ policy }) => demands.in(policy))
    );
  });
}

/** What can't be fulfilled without the login methods that go. */
class Demands {
  readonly #groups = new Map<string, RuleSet>();

  constructor(
    { groups }: AccessAccount,
    private readonly gone: ReadonlySet<string>,
  ) {
    for (const group of groups ?? [])
      if (group.id) this.#groups.set(group.id, group);
  }

  /** @param seen groups that are being looked at */
  in({ include, require }: RuleSet, seen: readonly string[] = []): boolean {
    const all = include ?? [];
    return (
      (all.length > 0 && all.every((rule) => this.#by(rule, seen))) ||
      (require ?? []).some((rule) => this.#by(rule, seen))
    );
  }

  #by(rule: Rule, seen: readonly string[]): boolean {
    return Object.entries(rule).some(([selector, values]) => {
      const { id, identity_provider_id: method } = (values ?? {}) as Readonly<
        Record<string, unknown>
      >;
      if (selector === "group" && typeof id === "string") {
        const group = seen.includes(id) ? undefined : this.#groups.get(id);
        return group !== undefined && this.in(group, [...seen, id]);
      }
      const wanted = selector === "login_method" ? id : method;
      return typeof wanted === "string" && this.gone.has(wanted);
    });
  }
}
