import { synthesized } from "../base/synthesized";
import { isMailboxProvider } from "../base/mailboxes";
import { isPseudonym, isPseudonymOfDomain } from "../base/pseudonym";
import type { Account } from "../local/account";

/** Terraform types whose rules name people. */
const TYPES = [
  "cloudflare_zero_trust_access_policy",
  "cloudflare_zero_trust_access_group",
];
const LISTS = ["include", "require", "exclude"] as const;

type Named = Readonly<Record<string, unknown>>;

/**
 * People, and domains of addresses, that synthesized stacks name and a copy of
 * an account has by other names: its rules are about others.
 *
 * @param dirs the stacks' folders
 */
export function namedOtherwise(
  dirs: readonly string[],
  account: Pick<Account, "people">,
): string[] {
  if (!account.people.some(({ email }) => isPseudonym(email))) return [];
  const known = new Set(account.people.map(({ email }) => email.toLowerCase()));
  const names = dirs.flatMap(rulesIn).flatMap((rule) => {
    const email = textOf(rule.email, "email");
    const domain = textOf(rule.email_domain, "domain");
    return [
      ...(email === undefined || isPseudonym(email) || known.has(email)
        ? []
        : [email]),
      ...(domain === undefined ||
      isPseudonymOfDomain(domain) ||
      isMailboxProvider(domain)
        ? []
        : [`everyone at ${domain}`]),
    ];
  });
  return [...new Set(names)];
}

/** What to do where the code names people whom a copy has by other names. */
export function tellOtherNames(names: readonly string[], file: string): string {
  return `main.ts names ${names.join(", ")}, and the copy has other names for people: it takes these for strangers, and a take-over for one that lets them in. Copy the account with everybody's own names, then rehearse again: npm run snapshot -- ${file} --force --keep-names`;
}

function rulesIn(dir: string): Named[] {
  const { resource = {} } = synthesized<{
    readonly resource?: Record<string, Record<string, Named>>;
  }>({ dir });
  return TYPES.flatMap((type) => Object.values(resource[type] ?? {})).flatMap(
    (one) => LISTS.flatMap((list) => (one[list] ?? []) as readonly Named[]),
  );
}

function textOf(value: unknown, field: string): string | undefined {
  const text: unknown =
    typeof value === "object" && value !== null
      ? Reflect.get(value, field)
      : undefined;
  return typeof text === "string" && !text.includes("${")
    ? text.toLowerCase()
    : undefined;
}
