import type { AccessAccount } from "../access/model";
import type { Account } from "./account";
import type { Application } from "./account-objects";

/**
 * The account as `access/` looks at it, with policies in full.
 *
 * @param applications those that matter, all of them or fewer
 */
export function accessAccount(
  account: Account,
  applications: Iterable<Application> = account.applications.values(),
): AccessAccount {
  return {
    id: account.id,
    applications: [...applications].map(({ policies, ...application }) => ({
      ...application,
      policies: policies.map(({ id, precedence }) => ({
        ...(account.policies.get(id) ?? { id }),
        precedence,
      })),
    })),
    policies: [...account.policies.values()],
    groups: [...account.groups.values()],
    identity_providers: [...account.identityProviders.values()],
    service_tokens: [...account.serviceTokens.values()],
    organization: account.organization,
  };
}
