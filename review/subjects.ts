import type { Group, Policy, Rule, RuleSet } from "../access/model";
import { API_SPELLINGS } from "../access/selectors";
import { canBeAddress, canBeDomain } from "../base/mail";
import { withCodePoints } from "../base/printable";
import type { AccountState, Change, ServiceToken } from "./change";
import { quoted } from "../base/quoted";

/** Somebody or something that asks. */
export type Subject = {
  /** The same for the same subject before and after. */
  readonly id: string;
  /** For people. */
  readonly label: string;
} &
  /** `preflight`: a browser that asks for a page of another origin whether it may. */
  (
    | { readonly kind: "nobody" | "preflight" }
    | {
        /**
         * `named`: by address; `ending`: by what it ends in; `member`: by what a
         * login method says of them; `else`: nobody anyone named.
         */
        readonly kind: "named" | "ending" | "member" | "else";
        readonly email: string;
        /** Id of the fact that holds of a member. */
        readonly fact?: string;
        /** The only login method that can say so. @default - any */
        readonly method?: string;
      }
    | {
        readonly kind: "token";
        readonly tokenId: string;
        /** What the account calls it, which others may be called as well. */
        readonly name?: string;
      }
  ) & {
    /** Where the requests come from. @default - anywhere */
    readonly from?: Region;
  };

/** Somebody who logs in. */
export type Person = Extract<Subject, { readonly email: string }>;

/** Countries and addresses that all rules treat alike, by one of them. */
export interface Region {
  /** For people: `from 10.0.0.0/8`. */
  readonly label: string;
  readonly country?: string;
  readonly ip?: string;
}

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
  const preflights = [before, after].some(({ access: { applications } }) =>
    applications.some(
      ({ options_preflight_bypass: bypass }) => bypass === true,
    ),
  );
  return [
    { id: "nobody", kind: "nobody", label: "anyone without a login" },
    ...(preflights
      ? [
          {
            id: "preflight",
            kind: "preflight" as const,
            label: "a browser's preflight (OPTIONS), without a login",
          },
        ]
      : []),
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
  readonly #members = new Map<
    string,
    { label: string; fact: string; method?: string }
  >();

  add({ include, require, exclude }: RuleSet): void {
    for (const rule of [include, require, exclude].flatMap((r) => r ?? [])) {
      for (const one of membersIn(rule))
        this.#members.set(`${one.fact} ${one.method ?? ""}`, one);
      this.addAddress(textIn(rule.email, "email"));
      const domain = textIn(rule.email_domain, "domain").replace(/^@/, "");
      if (canBeDomain(domain)) this.#domains.add(domain.toLowerCase());
    }
  }

  addAddress(text: string): void {
    if (canBeAddress(text)) this.#addresses.add(text.toLowerCase());
  }

  people(): Subject[] {
    return [
      ...[...this.#addresses].sort().map((email) => ({
        id: `person:${email}`,
        kind: "named" as const,
        label: withCodePoints(email),
        email,
      })),
      ...[...this.#domains].sort().map((domain) => ({
        id: `ending:${domain}`,
        kind: "ending" as const,
        label: `others @${withCodePoints(domain)}`,
        email: this.#unnamedAt(domain),
      })),
      ...[...this.#members].sort().map(([key, one]) => ({
        id: `member:${key}`,
        kind: "member" as const,
        email: this.stranger(),
        ...one,
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

/** Selectors of what a login method says of people: how a rule names it, and we do. */
const MEMBERS: Readonly<
  Record<
    string,
    (values: object) => { readonly value: string; readonly label: string }
  >
> = {
  gsuite: (values) => named(values, "email", "the Google Workspace group"),
  azure_ad: (values) => named(values, "id", "the Entra group"),
  okta: (values) => named(values, "name", "the Okta group"),
  email_list: (values) => named(values, "id", "the e-mail list"),
  github_organization: (values) => {
    const [name, team] = [textIn(values, "name"), textIn(values, "team")];
    return team
      ? {
          value: `${name}/${team}`,
          label: `members of the GitHub team ${withCodePoints(`${name}/${team}`)}`,
        }
      : named(values, "name", "the GitHub organization");
  },
  cloudflare_account_member: (values) =>
    textIn(values, "account_id")
      ? named(values, "account_id", "the Cloudflare account")
      : { value: "this account", label: "members of this Cloudflare account" },
  saml: (values) => claimed(values, "attribute_name", "attribute_value"),
  oidc: (values) => claimed(values, "claim_name", "claim_value"),
  auth_method: (values) => {
    const value = textIn(values, "auth_method");
    return { value, label: `whoever logs in by ${value}` };
  },
};

function membersIn(
  rule: Rule,
): { label: string; fact: string; method?: string }[] {
  return Object.entries(rule).flatMap(([key, values]) => {
    const selector = API_SPELLINGS[key] ?? key;
    const read = values && MEMBERS[selector];
    if (!read) return [];
    const { label, value } = read(values);
    const method = textIn(values, "identity_provider_id");
    return [{ label, fact: `${selector}:${value}`, ...(method && { method }) }];
  });
}

function named(values: object, key: string, what: string) {
  const value = textIn(values, key);
  return { value, label: `members of ${what} ${withCodePoints(value)}` };
}

function claimed(values: object, nameKey: string, valueKey: string) {
  const [name, value] = [textIn(values, nameKey), textIn(values, valueKey)];
  return {
    value: `${name}=${value}`,
    label: `people whose ${withCodePoints(name)} is ${quoted(withCodePoints(value))}`,
  };
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
    const which = ` (${had.has(tokenId) ? tokenId : "new"})`;
    return {
      id: `token:${tokenId}`,
      kind: "token",
      label: `token ${tokenName(name ?? tokenId)}${twice ? which : ""}`,
      tokenId,
      ...(name && { name }),
    };
  });
}

/** A token's name, of which no part looks like a word of ours. */
export function tokenName(name: string): string {
  return withCodePoints(
    / \((new|[\da-f-]{36}|with U\+.*)\)$/.test(name) ? quoted(name) : name,
  );
}
