import type { Account } from "../../local/account";

/**
 * What an account holds, with names for ids: equal for two accounts to which
 * the same was deployed.
 */
export function shape(account: Account): object {
  const names = new Map<string, string>();
  for (const map of [
    account.identityProviders,
    account.policies,
    account.serviceTokens,
    account.tunnels,
    account.groups,
  ])
    for (const { id, name } of map.values()) names.set(id, `<${name}>`);
  for (const { aud, id, name } of account.applications.values()) {
    names.set(id, `<${name}>`);
    names.set(aud, `<aud of ${name}>`);
  }
  const named = (value: unknown): unknown =>
    JSON.parse(
      [...names].reduce(
        (text, [id, name]) => text.replaceAll(id, name),
        JSON.stringify(value),
      ),
    );
  const all = <T extends object>(
    map: Map<string, T>,
    ...fields: (keyof T)[]
  ): unknown =>
    [...map.values()]
      .map((object) =>
        JSON.stringify(
          named(
            Object.fromEntries(fields.map((field) => [field, object[field]])),
          ),
        ),
      )
      .sort();
  return {
    loginMethods: all(account.identityProviders, "name", "type"),
    applications: all(
      account.applications,
      "name",
      "domain",
      "policies",
      "allowed_idps",
      "session_duration",
    ),
    policies: all(
      account.policies,
      "name",
      "decision",
      "include",
      "session_duration",
    ),
    tokens: all(account.serviceTokens, "name", "duration", "enabled"),
    records: all(account.dnsRecords, "name", "type", "content", "proxied"),
    tunnels: named(
      [...account.tunnels.values()].map(
        ({ configuration }) => configuration.config,
      ),
    ),
  };
}
