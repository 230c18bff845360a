import type { Group, Policy, RuleSet } from "../access/model";
import type { AccountState, Change, ServiceToken } from "./change";

/** Somebody or something that asks. */
export type Subject = {
  /** The same for the same subject before and after. */
  readonly id: string;
  /** For people. */
  readonly label: string;
} & (
  | { readonly kind: "nobody" }
  | {
      /** `named`: by address; `ending`: by what it ends in; `else`: nobody anyone named. */
      readonly kind: "named" | "ending" | "else";
      readonly email: string;
    }
  | { readonly kind: "token"; readonly tokenId: string }
);

/** Top-level domains so named are reserved. */
const ELSEWHERE = "elsewhere.invalid";
const LOCAL_PART = "someone.else";

/**
 * Everybody there is to ask about: nobody, each person and each ending that a
 * policy or group names, before or after, anyone else, and each token.
 */
export function subjectsOf({ before, after }: Change): Subject[] {
  const mentioned = new Mentioned();
  for (const { access } of [before, after]) {
    for (const { policies } of access.applications)
      for (const policy of policies ?? [])
        if (typeof policy !== "string") mentioned.add(policy);
    access.policies?.forEach((policy: Policy) => mentioned.add(policy));
    access.groups?.forEach((group: Group) => mentioned.add(group));
    for (const { items } of access.lists ?? [])
      items?.forEach(({ value }) => mentioned.addAddress(value ?? ""));
  }
  return [
    { id: "nobody", kind: "nobody", label: "anyone without a login" },
    ...mentioned.people(),
    {
      id: "else",
      kind: "else",
      label: labelOfOthers(after),
      email: mentioned.stranger(),
    },
    ...tokens(before, after),
  ];
}

class Mentioned {
  readonly #addresses = new Set<string>();
  readonly #domains = new Set<string>();

  add({ include, require, exclude }: RuleSet): void {
    for (const rule of [include, require, exclude].flatMap((r) => r ?? [])) {
      this.addAddress(textIn(rule.email, "email"));
      const domain = textIn(rule.email_domain, "domain").replace(/^@/, "");
      if (domain) this.#domains.add(domain.toLowerCase());
    }
  }

  addAddress(text: string): void {
    if (text.includes("@")) this.#addresses.add(text.toLowerCase());
  }

  people(): Subject[] {
    return [
      ...[...this.#addresses].sort().map((email) => ({
        id: `person:${email}`,
        kind: "named" as const,
        label: email,
        email,
      })),
      ...[...this.#domains].sort().map((domain) => ({
        id: `ending:${domain}`,
        kind: "ending" as const,
        label: `others @${domain}`,
        email: this.#unnamedAt(domain),
      })),
    ];
  }

  /** An address that no rule names, at a domain that none names. */
  stranger(): string {
    let domain = ELSEWHERE;
    for (let more = 2; this.#domains.has(domain); more++)
      domain = `${more}.${ELSEWHERE}`;
    return this.#unnamedAt(domain);
  }

  /** Whoever a rule names is not one of the others. */
  #unnamedAt(domain: string): string {
    let email = `${LOCAL_PART}@${domain}`;
    for (let more = 2; this.#addresses.has(email); more++)
      email = `${LOCAL_PART}.${more}@${domain}`;
    return email;
  }
}

function textIn(values: object | null | undefined, key: string): string {
  const text: unknown = values && Reflect.get(values, key);
  return typeof text === "string" ? text : "";
}

function labelOfOthers({ access }: AccountState): string {
  const types = (access.identity_providers ?? []).map(({ type }) => type);
  return types.length > 0 && types.every((type) => type === "google")
    ? "anyone else with a Google account"
    : "anyone else who can log in";
}

/** Tokens of both, each once. Where a name is there twice, which is which. */
function tokens(before: AccountState, after: AccountState): Subject[] {
  const all = new Map<string, ServiceToken>();
  for (const token of [...before.tokens, ...after.tokens])
    if (token.id) all.set(token.id, token);
  const had = new Set(before.tokens.map(({ id }) => id));
  const names = [...all.values()].map(({ name }) => name);
  return [...all].map(([tokenId, { name }]) => {
    const twice = names.filter((other) => other === name).length > 1;
    const which = had.has(tokenId) ? " (as it is)" : " (new)";
    return {
      id: `token:${tokenId}`,
      kind: "token",
      label: `token ${name ?? tokenId}${twice ? which : ""}`,
      tokenId,
    };
  });
}
