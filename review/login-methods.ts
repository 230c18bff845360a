import type { Application, IdentityProvider } from "../access/model";
import type { AccountState } from "./change";

/**
 * The login methods that count at an application: all where it names none, and
 * where a session of WARP does, which any of them may have begun.
 */
export function loginMethodsOf(
  application: Application | undefined,
  { access }: AccountState,
): IdentityProvider[] {
  const all = access.identity_providers ?? [];
  const allowed = application?.allowed_idps ?? [];
  return allowed.length === 0 || application?.allow_authenticate_via_warp
    ? [...all]
    : all.filter(({ id }) => allowed.includes(id ?? ""));
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
