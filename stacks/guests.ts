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

/** Whom a service admits whether they are guests or not. */
interface Admitted {
  readonly emails: readonly string[];
  readonly emailDomains: readonly string[];
}

/**
 * The rules for guests whose day is not over. The dated list goes to commands as
 * an output, those whose day is over included; without any it says nothing.
 */
export function addGuests(
  scope: Construct,
  guests: readonly Guest[],
  {
    admitted,
    now,
    timeZone,
  }: {
    readonly admitted: Admitted;
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
  for (const guest of all) {
    const warning = warningOf(guest, admitted, now);
    if (warning) Annotations.of(scope).addWarning(warning);
  }
  if (all.length > 0)
    new TerraformOutput(scope, GUESTS_OUTPUT, { value: guestsOutput(all) });
  return all
    .filter((guest) => !isOver(guest, now))
    .map(({ email }) => AccessRule.email(email));
}

function warningOf(
  guest: DatedGuest,
  { emailDomains, emails }: Admitted,
  now: Date,
): string | undefined {
  const { email, said } = guest;
  const domain = emailDomains.find((one) => isOfDomain(email, one));
  const anyway = emails.some((one) => one.toLowerCase() === email)
    ? "allowedEmails"
    : domain && `allowedEmailDomains (${domain})`;
  if (anyway)
    return `the guest ${email} is allowed anyway, by ${anyway}: their last day changes nothing`;
  if (isOver(guest, now))
    return `the guest ${email} was allowed until ${said}, and is out with this deploy: remove them from guests`;
  if (guest.ends.getTime() - now.getTime() > LONGEST)
    return `the guest ${email} is allowed until ${said}, in more than a year: if they are to stay, name them in allowedEmails`;
  return undefined;
}

function isOfDomain(email: string, domain: string): boolean {
  return email.endsWith(`@${domain.replace(/^@/, "").toLowerCase()}`);
}
