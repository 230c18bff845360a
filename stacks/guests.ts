import { Annotations, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AccessRule } from "../constructs/access-rule";
import { addFaults } from "../constructs/faults";
import {
  dated,
  GUESTS_OUTPUT,
  guestsOutput,
  isOver,
  type DatedGuest,
  type Guest,
} from "../contract/guests";

/** Longer than this somebody is no guest: their end is easily forgotten. */
const LONGEST = 366 * 86_400_000;

/** Who gets in, or does not, whether they are guests or not; by the props that say so. */
type Others = Readonly<
  Record<
    "allowedEmails" | "allowedEmailDomains" | "allowed" | "denied",
    readonly AccessRule[]
  >
>;

/**
 * The rules for guests whose day is not over. The dated list goes to commands as
 * an output, those whose day is over included; without any it says nothing. For
 * whom a date changes nothing is only warned of.
 */
export function addGuests(
  scope: Construct,
  guests: readonly Guest[],
  {
    others,
    now,
    timeZone,
  }: {
    readonly others: Others;
    readonly now: Date;
    readonly timeZone: string;
  },
): AccessRule[] {
  const all: DatedGuest[] = [];
  for (const guest of guests) {
    const one = dated(guest, timeZone);
    if (one) all.push(one);
    addFaults(scope, [
      one === undefined &&
        `the guest ${guest.email} needs a last day such as until: "2026-12-06", or a minute such as "2026-12-06T18:00", got "${guest.until}"`,
      one &&
        all.filter(({ email }) => email === one.email).length === 2 &&
        `the guest ${one.email} is named twice: name each guest once`,
    ]);
  }
  const dates: DatedGuest[] = [];
  for (const guest of all) {
    const without = withoutEffect(guest, others);
    if (without === undefined) dates.push(guest);
    const warning = without ?? warningOf(guest, now);
    if (warning) Annotations.of(scope).addWarning(warning);
  }
  if (dates.length > 0)
    new TerraformOutput(scope, GUESTS_OUTPUT, { value: guestsOutput(dates) });
  return dates
    .filter((guest) => !isOver(guest, now))
    .map(({ email }) => AccessRule.email(email));
}

/** Why it makes no difference that somebody is a guest. */
function withoutEffect(
  { email }: DatedGuest,
  { denied, ...admitting }: Others,
): string | undefined {
  if (denied.some((rule) => names(rule, email)))
    return `the guest ${email} is left out by denied: their last day changes nothing, remove them from one of the two`;
  const [prop] =
    Object.entries(admitting).find(([, rules]) =>
      rules.some((rule) => names(rule, email)),
    ) ?? [];
  return (
    prop &&
    `the guest ${email} is allowed anyway, by ${prop}: their last day changes nothing`
  );
}

/** Whether a rule names somebody, or the domain of their address. */
function names({ _block, _faults }: AccessRule, email: string): boolean {
  if (_faults.length > 0) return false;
  const { email: person, email_domain: domain } = _block as {
    readonly email?: { readonly email?: unknown };
    readonly email_domain?: { readonly domain?: unknown };
  };
  return [person?.email, domain && `@${String(domain.domain)}`].some(
    (one) => typeof one === "string" && endsWith(email, one.toLowerCase()),
  );
}

function endsWith(email: string, one: string): boolean {
  return one.startsWith("@") ? email.endsWith(one) : email === one;
}

function warningOf(guest: DatedGuest, now: Date): string | undefined {
  const { email, said } = guest;
  if (isOver(guest, now))
    return `the guest ${email} was allowed until ${said}, and this code admits them no more: remove them from guests`;
  if (guest.ends.getTime() - now.getTime() > LONGEST)
    return `the guest ${email} is allowed until ${said}, in more than a year: if they are to stay, name them in allowedEmails`;
  return undefined;
}
