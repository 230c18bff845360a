import type { Account } from "./account";
import type { LoginSession, Revocation } from "./account-objects";

/** Whether a login to the team still counts: nobody logged out, revoked it or outlived it. */
export function isLive(account: Account, session: LoginSession): boolean {
  const { email, ended, expiresAt, revocationsBefore } = session;
  return (
    !ended &&
    account.now().getTime() < expiresAt * 1000 &&
    !revokedSince(
      account,
      revocationsBefore,
      (target) => "email" in target && isSame(target.email, email),
    )
  );
}

/**
 * Whether one of the revocations after the first `before` is meant. By number
 * and not by time: a login in the second of a revocation is either before or
 * after it, and times are whole seconds.
 */
export function revokedSince(
  { revocations }: Account,
  before: number,
  means: (target: Revocation) => boolean,
): boolean {
  return revocations.slice(before).some(means);
}

export function isSame(email: string, other: string): boolean {
  return email.toLowerCase() === other.toLowerCase();
}
