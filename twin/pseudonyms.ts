import { isIPv6 } from "node:net";
import { isMailboxProvider } from "../base/mailboxes";
import { domainName, personName } from "../base/pseudonym";

/** An e-mail address in a text, also as a part of a URL. */
const EMAIL =
  /[\p{L}\p{N}.!#$&*+^_`{}~-]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu;

/**
 * Other names for people: the same for the same person everywhere, and one
 * domain for all people of a domain, so that rules admit whom they admitted.
 * Domains at which anybody can have a mailbox stay, as a rule for one is for
 * anybody.
 */
export class Pseudonyms {
  readonly #people = new Map<string, string>();
  readonly #issued = new Set<string>();
  readonly #domains = new Map<string, string>();
  /** What else is replaced wherever it is found, in lower case. */
  readonly #others = new Map<string, string>();
  #pattern?: RegExp;

  /** @param keep everything stays as it is */
  constructor(private readonly keep: boolean) {}

  get people(): number {
    return this.#people.size;
  }

  get domains(): number {
    return [...this.#domains].filter(([domain, other]) => domain !== other)
      .length;
  }

  /** The address that stands for a person's. */
  email(address: string): string {
    const key = address.toLowerCase();
    const at = key.lastIndexOf("@");
    if (this.keep || at < 0) return address;
    const known = this.#people.get(key);
    if (known !== undefined) return known;
    const other = `${personName(this.people + 1)}@${this.domain(key.slice(at + 1))}`;
    this.#people.set(key, other);
    this.#issued.add(other);
    if (key.replace(EMAIL, "") !== "") this.#replace(key, other);
    return other;
  }

  /** The domain that stands for that of addresses. */
  domain(domain: string): string {
    const key = domain.toLowerCase();
    if (this.keep) return domain;
    const other =
      this.#domains.get(key) ??
      (isMailboxProvider(key) ? key : domainName(this.domains + 1));
    this.#domains.set(key, other);
    return other;
  }

  /** The name of a person with this address. */
  name(name: string, address: string): string {
    if (this.keep) return name || address.replace(/@.*/, "");
    const number = /^person-(\d+)/.exec(this.email(address))?.[1] ?? "";
    const other = `Person ${number}`;
    // One word alone may be any word.
    if (/\S\s+\S/.test(name)) this.#replace(name.toLowerCase(), other);
    return other;
  }

  /** The address on the internet that stands for one where people are. */
  internetAddress(address: string): string {
    if (this.keep) return address;
    const key = address.toLowerCase();
    const number = this.#others.size + 1;
    const other =
      this.#others.get(key) ??
      (isIPv6(address)
        ? `2001:db8::${number.toString(16)}`
        : `198.18.${number >> 8}.${number & 255}`);
    this.#replace(key, other);
    return other;
  }

  /** A value of a rule: a domain of addresses, or a text. */
  ruleValue(value: string): string {
    return this.#domains.get(value.toLowerCase()) ?? this.text(value);
  }

  /** A text, in which people have their other names. */
  text(text: string): string {
    if (this.keep) return text;
    this.#pattern ??= whole([...this.#others.keys()]);
    return text
      .replace(this.#pattern, (found) => this.#others.get(found.toLowerCase())!)
      .replace(EMAIL, (found) => {
        const address = found.replace(/%40/i, "@");
        return this.#issued.has(address) ? found : this.email(address);
      });
  }

  #replace(key: string, other: string): void {
    this.#others.set(key, other);
    this.#pattern = undefined;
  }
}

/** Any of the names, where it is no part of a longer one. */
function whole(names: readonly string[]): RegExp {
  const escaped = names
    .toSorted((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  return escaped.length === 0
    ? /(?!)/g
    : new RegExp(
        `(?<![\\p{L}\\p{N}._-])(?:${escaped.join("|")})(?![\\p{L}\\p{N}_-]|\\.[\\p{L}\\p{N}])`,
        "giu",
      );
}
