import { createHash } from "node:crypto";
import type { Account } from "../account";
import type { Person } from "../account-objects";

/** A person's `sub`: 21 digits, the same for an e-mail address at all times. */
export function subjectOf({ email }: Person): string {
  const digest = createHash("sha256").update(email.toLowerCase()).digest("hex");
  const digits = (BigInt(`0x${digest}`) % 10n ** 20n).toString();
  return `1${digits.padStart(20, "0")}`;
}

export function findBySubject(
  { people }: Account,
  subject: string,
): Person | undefined {
  return people.find((person) => subjectOf(person) === subject);
}

export function findByEmail(
  { people }: Account,
  email: string,
): Person | undefined {
  const wanted = email.toLowerCase();
  return people.find((person) => person.email.toLowerCase() === wanted);
}

/**
 * What Google says of a person.
 *
 * @see https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload
 */
export function claimsOf(person: Person): {
  sub: string;
  [claim: string]: string | boolean;
} {
  const { email, hosted_domain, name } = person;
  return {
    sub: subjectOf(person),
    email,
    email_verified: true,
    name,
    ...(hosted_domain !== undefined && { hd: hosted_domain }),
  };
}
