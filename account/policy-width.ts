import { isMailboxProvider } from "../base/mailboxes";
import type {
  Application,
  IdentityProvider,
  Rule,
  RuleSet,
} from "../access/model";

/**
 * Whom a policy lets in who is named by nothing that belongs to them alone:
 * everyone, anybody with an account anywhere, whoever is at a place, or whoever
 * has a mailbox with a provider that gives one to anybody.
 */
export type Width = "everyone" | "account" | "place" | "mailbox";

/** Types of login methods at which anybody can make an account. */
const FOR_ANYBODY: ReadonlySet<string> = new Set([
  "facebook",
  "github",
  "google",
  "linkedin",
  "onetimepin",
  "yandex",
]);

/** Whether anybody can make an account at a login method. */
function isForAll({ config, type }: IdentityProvider): boolean {
  return (
    FOR_ANYBODY.has(type ?? "") ||
    (type === "cloudflare" && config?.["restrict_to_account_members"] !== true)
  );
}

const PLACES = ["ip", "ip_list", "geo"];

/** Selectors that anybody can fulfil, with an account of whatever login method there is. */
const OF_ANY_LOGIN = ["auth_method", "user_risk_score"];

/** What rules can name, as the account has it. */
export interface Named {
  readonly loginMethods: readonly IdentityProvider[];
  /** A group by its id. */
  group(id: string): RuleSet | undefined;
}

/**
 * The login methods that count at an application: all where it names none, and
 * where a session of WARP does, which any of them may have begun.
 */
export function loginMethodsAt(
  application: Application | undefined,
  all: readonly IdentityProvider[],
): IdentityProvider[] {
  const allowed = application?.allowed_idps ?? [];
  return allowed.length === 0 || application?.allow_authenticate_via_warp
    ? [...all]
    : all.filter(({ id }) => allowed.includes(id ?? ""));
}

/**
 * How wide a policy is at an application; undefined where it names people or
 * machines.
 */
export function widthOf(
  policy: RuleSet,
  named: Named,
  application: Application,
): Width | undefined {
  const open = loginMethodsAt(application, named.loginMethods).some(isForAll);
  const tests: readonly [Width, (rule: Rule) => boolean][] = [
    ["everyone", (rule) => has(rule, "everyone")],
    [
      "account",
      (rule) =>
        isForAnybody(rule, named) ||
        (open && OF_ANY_LOGIN.some((selector) => has(rule, selector))),
    ],
    ["place", (rule) => PLACES.some((selector) => has(rule, selector))],
    ["mailbox", isMailbox],
  ];
  // Each is as wide as those before it, and a little narrower.
  return tests.find((_, last) =>
    admits(
      policy,
      (rule) => tests.slice(0, last + 1).some(([, test]) => test(rule)),
      named,
    ),
  )?.[0];
}

/** Whether someone gets in of whom no more is known than what `wide` allows. */
export function admits(
  { include, require }: RuleSet,
  wide: (rule: Rule) => boolean,
  named: Pick<Named, "group">,
  seen: ReadonlySet<string> = new Set(),
): boolean {
  const isWide = (rule: Rule): boolean => {
    if (wide(rule)) return true;
    const id = textOf(rule, "group", "id");
    const group = id === undefined ? undefined : named.group(id);
    if (id === undefined || !group || seen.has(id)) return false;
    return admits(group, wide, named, new Set([...seen, id]));
  };
  return (include ?? []).some(isWide) && (require ?? []).every(isWide);
}

/** Whether a rule is of a selector. */
export function has(rule: Rule, selector: string): boolean {
  return rule[selector] !== undefined && rule[selector] !== null;
}

/** Whether no login and no secret stands behind a rule. */
export function isOpen(rule: Rule): boolean {
  return ["everyone", ...PLACES].some((selector) => has(rule, selector));
}

function isForAnybody(rule: Rule, { loginMethods }: Named): boolean {
  const id = textOf(rule, "login_method", "id");
  const method = loginMethods.find((one) => one.id === id);
  return method !== undefined && isForAll(method);
}

function isMailbox(rule: Rule): boolean {
  const domain = textOf(rule, "email_domain", "domain");
  return domain !== undefined && isMailboxProvider(domain);
}

/** The providers of mailboxes that a policy or one of its groups includes. */
export function providersIn(
  { include }: RuleSet,
  named: Pick<Named, "group">,
  seen: ReadonlySet<string> = new Set(),
): string[] {
  const found = (include ?? []).flatMap((rule) => {
    if (isMailbox(rule))
      return [
        textOf(rule, "email_domain", "domain")!.toLowerCase().replace(/^@/, ""),
      ];
    const id = textOf(rule, "group", "id");
    const group = id === undefined ? undefined : named.group(id);
    return id === undefined || !group || seen.has(id)
      ? []
      : providersIn(group, named, new Set([...seen, id]));
  });
  return [...new Set(found)].sort();
}

function textOf(rule: Rule, selector: string, key: string): string | undefined {
  const values = rule[selector] as Record<string, unknown> | null | undefined;
  const value = values?.[key];
  return typeof value === "string" ? value : undefined;
}
