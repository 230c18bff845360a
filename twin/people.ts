import type { AnsweredAccount } from "./read-account";
import type { Pseudonyms } from "./pseudonyms";

const LISTS = ["include", "exclude", "require"] as const;

/**
 * Gives everyone a name of their own, whom a rule or a login names, in the order
 * in which the account names them.
 *
 * @param emails whom the settings name, who come first
 * @param domains that the settings name
 * @returns everyone, by their addresses in the account, with their names
 */
export function meetPeople(
  account: AnsweredAccount,
  names: Pseudonyms,
  emails: readonly string[],
  domains: readonly string[],
): ReadonlyMap<string, string> {
  const people = new Map<string, string>();
  const meet = (email: unknown, name: unknown = "") => {
    if (typeof email !== "string" || !/^[^@\s]+@[^@\s]+$/.test(email)) return;
    const key = email.toLowerCase();
    names.email(key);
    people.set(key, String(name ?? "") || (people.get(key) ?? ""));
  };
  for (const email of emails) meet(email);
  for (const domain of domains) names.domain(domain);
  for (const rule of rulesOf(account)) {
    const { email, email_domain: domain } = rule as Record<
      string,
      Record<string, unknown> | undefined
    >;
    meet(email?.email);
    if (typeof domain?.domain === "string") names.domain(domain.domain);
  }
  for (const { email, name } of account.users ?? []) meet(email, name);
  for (const { config } of account.loginMethods) {
    const domain = (config as { apps_domain?: unknown } | undefined)
      ?.apps_domain;
    if (typeof domain === "string") names.domain(domain);
  }
  for (const { connectors } of account.tunnels)
    for (const { conns } of connectors)
      for (const { origin_ip: address } of (conns ?? []) as {
        origin_ip?: string;
      }[])
        if (address) names.internetAddress(address);
  for (const [email, name] of people) names.name(name, email);
  return people;
}

function rulesOf(account: AnsweredAccount): object[] {
  const inside = account.applications.flatMap(
    ({ policies }) => (policies ?? []) as readonly object[],
  );
  return [...account.groups, ...account.policies, ...inside].flatMap((one) =>
    LISTS.flatMap(
      (list) => ((one as Record<string, unknown>)[list] ?? []) as object[],
    ),
  );
}
