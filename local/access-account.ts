import type * as access from "../access/model";
import type { Account } from "./account";

/** The account as `access/` looks at it, with every application's policies in full. */
export function accessAccount(account: Account): access.Account {
  return {
    applications: [...account.applications.values()].map(
      ({ policies, ...application }) => ({
        ...application,
        policies: policies.map(({ id, precedence }) => ({
          ...(account.policies.get(id) ?? { id }),
          precedence,
        })),
      }),
    ),
    policies: [...account.policies.values()],
    groups: [...account.groups.values()],
    identity_providers: [...account.identityProviders.values()],
    service_tokens: [...account.serviceTokens.values()],
    organization: account.organization,
  };
}
