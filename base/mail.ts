const LABEL = "[\\p{L}\\p{N}]([\\p{L}\\p{M}\\p{N}-]*[\\p{L}\\p{M}\\p{N}])?";
const DOMAIN = `(${LABEL}\\.)+(?![0-9]+$)${LABEL}`;

const MAIL_DOMAIN = new RegExp(`^${DOMAIN}$`, "u");
// Neither a wildcard nor what surrounds an address in a mail's header.
const MAIL_ADDRESS = new RegExp(`^[^\\s@,;:<>()[\\]"\\\\*/]+@${DOMAIN}$`, "u");

/** Whether mail can be sent to it: Access compares addresses letter by letter. */
export function isMailAddress(text: string): boolean {
  return MAIL_ADDRESS.test(text);
}

/** Whether addresses can end in it; Access knows no wildcard. */
export function isMailDomain(text: string): boolean {
  return MAIL_DOMAIN.test(text);
}

/** The domain that was most likely meant by what is none, such as a URL. */
export function mailDomainIn(text: string): string | undefined {
  const domain = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/^.*@/, "")
    .replace(/^[*.]+/, "")
    .replace(/[/?#:].*$/, "")
    .replace(/[.>]+$/, "");
  return isMailDomain(domain) ? domain : undefined;
}

/** The address that was most likely meant by what is none, such as one in `<>`. */
export function mailAddressIn(text: string): string | undefined {
  const [, within = text] = /<([^<>]*)>/.exec(text) ?? [];
  const address = within.trim().replace(/^mailto:/i, "");
  return isMailAddress(address) ? address : undefined;
}

/**
 * Whether some login method may call somebody so: one of a company also names
 * hosts without a dot.
 */
export function canBeAddress(text: string): boolean {
  const at = text.lastIndexOf("@");
  return at > 0 && !/[\s*]/.test(text) && canBeDomain(text.slice(at + 1));
}

/** The same of what comes after the `@`. */
export function canBeDomain(text: string): boolean {
  return /^[^\s*@.]+(\.[^\s*@.]+)*$/.test(text);
}
