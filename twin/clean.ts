import { FIELDS, FOLLOWS } from "./fields";
import type { Pseudonyms } from "./pseudonyms";
import type { Answered } from "./read-account";

type Kind = keyof typeof FIELDS;

/** Names of fields that hold a secret, wherever they are. */
const SECRET =
  /secret|passw|passphrase|credential|private_?key|api_?key|access_?key|bearer|(^|_)token$|^authorization$/i;
/** Lists of rules, and what else names domains of addresses. */
const OF_PEOPLE: ReadonlySet<string> = new Set([
  "include",
  "exclude",
  "require",
  "is_default",
  "apps_domain",
]);

/** Takes over what may be in a file, without secrets, and people by their other names. */
export class Clean {
  /** Fields of objects that were left out: `applications: saas_app`. */
  readonly leftOut = new Set<string>();

  constructor(private readonly names: Pseudonyms) {}

  /** The fields of an object that a file has; those without a value are left out. */
  object(kind: Kind, answered: Answered): Record<string, unknown> {
    const allowed: readonly string[] = FIELDS[kind];
    for (const [field, value] of Object.entries(answered))
      if (
        !allowed.includes(field) &&
        !FOLLOWS[kind].includes(field) &&
        !isEmpty(value)
      )
        this.leftOut.add(`${kind}: ${field}`);
    return Object.fromEntries(
      allowed.flatMap((field) => {
        const value = answered[field];
        return value === null || value === undefined
          ? []
          : [[field, this.value(value, OF_PEOPLE.has(field))] as const];
      }),
    );
  }

  /** Any value, whatever is in it. */
  value(value: unknown, ofPeople = false): unknown {
    if (typeof value === "string")
      return this.text(ofPeople ? this.names.ruleValue(value) : value);
    if (Array.isArray(value))
      return value.map((one) => this.value(one, ofPeople));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, one]: [string, unknown]) => {
        if (typeof one === "string" && one !== "" && SECRET.test(key)) {
          this.leftOut.add(`"${key}" inside others`);
          return [];
        }
        return [[key, this.value(one, ofPeople)] as const];
      }),
    );
  }

  text(text: string): string {
    const clean = withoutCredentials(text);
    if (clean !== text) this.leftOut.add("credentials in URLs");
    return this.names.text(clean);
  }
}

/** A URL without the user, the password and the long values that may be keys. */
function withoutCredentials(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^/?#\s"'@]*(?:@[^/?#\s"'@]*)*@/gi, "$1")
    .replace(/([?&][^=&#\s]+=)[\w%+/~-]{16,}(?=[&#\s"]|$)/g, "$1left-out");
}

function isEmpty(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === "" ||
    value === false ||
    (typeof value === "object" && Object.keys(value).length === 0)
  );
}
