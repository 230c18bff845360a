import type { Application, IdentityProvider } from "../access/model";
import { loginMethodsAt } from "../account/policy-width";
import type { AccountState } from "./change";

/** The login methods that count at an application. */
export function loginMethodsOf(
  application: Application | undefined,
  { access }: AccountState,
): IdentityProvider[] {
  return loginMethodsAt(application, access.identity_providers ?? []);
}

/** Whether any application accepts a login method. */
export function isAdmitted(
  { id }: IdentityProvider,
  state: AccountState,
): boolean {
  return state.access.applications.some((application) =>
    loginMethodsOf(application, state).some((method) => method.id === id),
  );
}
