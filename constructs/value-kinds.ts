import { isIP } from "node:net";
import { countryIn, isCountry } from "../base/country";
import {
  isMailAddress,
  isMailDomain,
  mailAddressIn,
  mailDomainIn,
} from "../base/mail";

/** @see https://www.iana.org/assignments/authentication-method-reference-values */
const AUTH_METHODS: ReadonlySet<string> = new Set(
  "face fpt geo hwk iris kba mca mfa otp pin pop pwd rba retina sc sms swk tel user vbm wia".split(
    " ",
  ),
);

/** A kind of values. */
export interface ValueKind {
  /** As a message puts it after "must be". */
  readonly is: string;
  /** Whether a value is one; references are not asked. */
  readonly has: (value: unknown) => boolean;
  /** What to write instead of a text that is none. */
  readonly instead?: (text: string) => string | undefined;
}

const isText = (value: unknown): value is string => typeof value === "string";

/** Of texts, those that `looks` is true of. */
const texts =
  (looks: (text: string) => boolean) =>
  (value: unknown): boolean =>
    isText(value) && looks(value);

const like = (pattern: RegExp) => texts((text) => pattern.test(text));

/** Every kind of values that a prop, or a value of a rule, can be of. */
export const VALUE_KINDS = {
  bool: {
    is: "true or false",
    has: (value) => typeof value === "boolean",
  },
  text: { is: "text", has: isText },
  texts: {
    is: "a list of texts",
    has: (value) => Array.isArray(value) && value.every(isText),
  },
  list: { is: "a list", has: Array.isArray },
  name: {
    is: 'text such as "Wiki"',
    has: texts((text) => text.trim() !== ""),
  },
  value: {
    is: "text that is not empty",
    has: texts((text) => text.trim() !== ""),
  },
  id: {
    is: "an id, as Cloudflare shows it",
    has: like(/^\S+$/),
  },
  uuid: {
    is: 'an id such as "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11"',
    has: like(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i),
  },
  url: {
    is: 'a URL such as "https://example.com/sorry"',
    has: like(/^https?:\/\/[^/\s]+/),
  },
  picture: {
    is: 'the URL of a picture such as "https://example.com/logo.png"',
    has: like(/^https?:\/\/[^/\s]+/),
  },
  https: {
    is: 'an https URL such as "https://app.example.com/check"',
    has: like(/^https:\/\/[^/\s]+/),
  },
  address: {
    is: 'an address such as "ann@example.com"',
    has: texts(isMailAddress),
    instead: (text) => {
      const [, domain] = /^\*@(.+)$/.exec(text) ?? [];
      const address = mailAddressIn(text);
      return domain !== undefined && isMailDomain(domain)
        ? `Access knows no wildcard: for everyone of it name the e-mail domain "${domain}"`
        : address && `write "${address}"`;
    },
  },
  mailDomain: {
    is: 'an e-mail domain such as "example.com"',
    has: texts((text) => isMailDomain(text.replace(/^@/, ""))),
    instead: (text) => {
      const domain = mailDomainIn(text);
      return domain && `write "${domain}"`;
    },
  },
  network: {
    is: 'an address or network such as "192.0.2.7" or "2001:db8::/32"',
    has: texts(isNetwork),
  },
  country: {
    is: 'the two letters of a country such as "DE" (ISO 3166-1), "T1" for Tor or "XX" for an unknown one',
    has: texts(isCountry),
    instead: (text) => {
      const code = countryIn(text);
      return code === undefined
        ? /^eu$/i.test(text)
          ? "no request is from it: write a rule for each of its countries"
          : undefined
        : `write "${code}"`;
    },
  },
  authMethod: {
    is: 'what a login method tells, such as "mfa" (RFC 8176), in its own case',
    // A login method may tell more than there is in the RFC.
    has: texts(
      (text) =>
        text.trim() !== "" &&
        (AUTH_METHODS.has(text) || !AUTH_METHODS.has(text.toLowerCase())),
    ),
    instead: (text) =>
      text.trim() === "" ? undefined : `write "${text.toLowerCase()}"`,
  },
  githubName: {
    is: 'a name as the address of its page on GitHub ends, such as "acme"',
    has: like(/^(?![\s@])[^/]*[^/\s]$/),
    instead: githubInstead,
  },
} as const satisfies Record<string, ValueKind>;

/** Of an address or a mention, what its place takes. */
function githubInstead(text: string): string | undefined {
  const [, name, team] =
    /^\s*(?:(?:https?:\/\/)?github\.com\/(?:orgs\/)?|@)?([\w-]+)(?:\/(?:teams\/)?([\w-]+))?\/?\s*$/i.exec(
      text,
    ) ?? [];
  if (name === undefined) return undefined;
  return team === undefined
    ? `write "${name}"`
    : `write name "${name}" and team "${team}"`;
}

/** The name of a kind. */
export type KindName = keyof typeof VALUE_KINDS;

/** As Go reads one, and with it Terraform's provider: no zeros before a number, no zone. */
function isNetwork(text: string): boolean {
  const [address = "", mask, ...rest] = text.split("/");
  const width = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    width > 0 &&
    !address.includes("%") &&
    rest.length === 0 &&
    (mask === undefined || (/^(0|[1-9]\d*)$/.test(mask) && +mask <= width))
  );
}
