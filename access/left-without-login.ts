import { compileApplication } from "./compile-application";
import type { AccessAccount, Application } from "./model";

/**
 * The applications to which nobody can log in any more once some login methods
 * are gone. Those that let nobody log in anyway are left out: open ones, and
 * those for machines.
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
  return account.applications.filter((application) => {
    const { allowed_idps: named } = application;
    const isLeft = named?.length
      ? named.some((id) => gone.has(id)) && !named.some((id) => left.has(id))
      : left.size === 0 && gone.size > 0;
    if (!isLeft) return false;
    const { hasAllow, missing } = compileApplication(account, application);
    return hasAllow || missing.length > 0;
  });
}
