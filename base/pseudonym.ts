/** How a copy of an account calls the people of a domain, and the domain. */
export const personName = (number: number) => `person-${number}`;
export const domainName = (number: number) => `domain-${number}.example`;

/** Whether an address is one that a copy of an account has for a person. */
export function isPseudonym(address: string): boolean {
  return /^person-\d+@/.test(address);
}

/** Whether a domain is one that a copy of an account has for another. */
export function isPseudonymOfDomain(domain: string): boolean {
  return /^domain-\d+\.example$/.test(domain);
}
