const LABEL = "[\\p{L}\\p{N}]([\\p{L}\\p{M}\\p{N}-]*[\\p{L}\\p{M}\\p{N}])?";
// Most are like this, and V8 takes longer for its tables of other letters than
// for all that a stack has to check.
const PLAIN_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";

const domainOf = (label: string) => `(${label}\\.)+(?![0-9]+$)${label}`;
const DOMAIN = domainOf(LABEL);
const PLAIN_DOMAIN = domainOf(PLAIN_LABEL);

// Neither a wildcard nor what surrounds an address in a mail's header.
const USER = `[^\\s@,;:<>()[\\]"\\\\*/]+`;

/** Whether mail can be sent to it: Access compares addresses letter by letter. */
export function isMailAddress(text: string): boolean {
  return isAll(text, `${USER}@${PLAIN_DOMAIN}`, `${USER}@${DOMAIN}`);
}

/** Whether addresses can end in it; Access knows no wildcard. */
export function isMailDomain(text: string): boolean {
  return isAll(text, PLAIN_DOMAIN, DOMAIN);
}

function isAll(text: string, plain: string, any: string): boolean {
  return (
    new RegExp(`^${plain}$`, "i").test(text) ||
    new RegExp(`^${any}$`, "u").test(text)
  );
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
