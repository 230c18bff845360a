import type { RuleSet } from "./model";
import type { AccessRequest } from "./request";

/** Somebody or something that asks, by what rules look at before anything else. */
export interface Caller {
  /** Who it stands for; undefined for whoever has no login and no token. */
  readonly who?: string;
  readonly as: Pick<AccessRequest, "identity" | "preflight" | "serviceToken">;
}

/** Stands for every value that no rule names. */
export const OTHER = "(other)";

/**
 * One of each kind that rules tell apart, and one that no rule names: without a
 * login, by each token, and by each address, ending and login method.
 *
 * @param methods ids of login methods that applications name
 */
export function callersOf(
  sets: readonly RuleSet[],
  methods: readonly string[],
): Caller[] {
  const named = (key: string) => new Set(sets.flatMap(valuesOf(key)));
  const emails = named("email");
  const domains = [...named("domain")].map((one) => one.replace(/^@/, ""));
  const people = [
    ...[...emails].map((email) => ({ who: email, email })),
    ...domains.map((domain) => ({
      who: `people with addresses at ${domain}`,
      email: unnamedAt(domain, emails),
    })),
    {
      who: "anyone who logs in",
      email: unnamedAt("elsewhere.invalid", emails),
    },
  ];
  const logins = new Set([
    ...methods,
    ...sets.flatMap(valuesOf("id", "login_method")),
    ...named("identity_provider_id"),
    OTHER,
  ]);
  return [
    { as: {} },
    { who: "a browser's preflight (OPTIONS)", as: { preflight: true } },
    ...[...named("token_id"), OTHER].map((id) => ({
      who: id === OTHER ? "any service token" : `the service token ${id}`,
      as: { serviceToken: { state: "valid" as const, id } },
    })),
    ...people.flatMap(({ email, who }) =>
      [...logins].map((id) => ({
        who,
        as: { identity: { email, idp: { id, type: "" } } },
      })),
    ),
  ];
}

/** What the rules of a set have by that name, those of one selector or of all. */
function valuesOf(key: string, only?: string) {
  return ({ exclude, include, require }: RuleSet): string[] =>
    [include, require, exclude]
      .flatMap((rules) => rules ?? [])
      .flatMap((rule) => Object.entries(rule))
      .flatMap(([selector, values]) => {
        const value: unknown = values && Reflect.get(values, key);
        const counts = only === undefined || only === selector;
        return counts && typeof value === "string" ? [value.toLowerCase()] : [];
      });
}

function unnamedAt(domain: string, named: ReadonlySet<string>): string {
  let email = `someone.else@${domain}`;
  for (let more = 2; named.has(email); more++)
    email = `someone.else.${more}@${domain}`;
  return email;
}
