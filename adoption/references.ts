import type { Own } from "../deployment/adoptable";

/** What names of an account's objects lead to, by Terraform's data source. */
export type Named = Readonly<
  Record<string, readonly Readonly<Record<string, unknown>>[]>
>;

/**
 * Values of a synthesized configuration with ids in the place of references: to
 * an object of the stack its address, to one that is looked up its own id.
 */
export function resolved(value: unknown, named: Named): unknown {
  if (typeof value === "string") return resolvedText(value, named);
  if (Array.isArray(value)) return value.map((one) => resolved(one, named));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, resolved(part, named)]),
  );
}

function resolvedText(text: string, named: Named): string {
  if (!text.includes("${")) return text;
  const [, address] = /^\$\{([a-z]\w+\.[\w-]+)\.id\}$/.exec(text) ?? [];
  if (address !== undefined) return address;
  const [, type = ""] = /\bdata\.(\w+)\.[\w-]+\.result/.exec(text) ?? [];
  const [, field = "", quoted = '""'] =
    /\bif it\.(\w+) == ("(?:[^"\\]|\\.)*")/.exec(text) ?? [];
  const wanted: unknown = JSON.parse(quoted);
  const found = (named[type] ?? []).filter((one) => one[field] === wanted);
  const [only] = found;
  return found.length === 1 && only ? String(only["id"]) : plannedId(wanted);
}

/** Stands for the id of one that is not there yet, by the name it will have. */
function plannedId(name: unknown): string {
  return `planned ${String(name)}`;
}

/** The objects of a type that a stack has or makes, by what refers to them. */
export function objectsOf(
  own: readonly Own[],
  type: string,
  named: Named,
): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  return new Map(
    own
      .filter((one) => one.type === type)
      .map(({ address, values }) => [
        address,
        resolved(values, named) as Readonly<Record<string, unknown>>,
      ]),
  );
}

/** A group that another stack makes, under the id that a lookup of it has. */
export function plannedGroups(own: readonly Own[], named: Named) {
  return [
    ...objectsOf(own, "cloudflare_zero_trust_access_group", named).values(),
  ]
    .filter(({ name }) => !named[GROUPS]?.some((one) => one["name"] === name))
    .map((group) => ({ ...group, id: plannedId(group["name"]) }));
}

export const GROUPS = "cloudflare_zero_trust_access_groups";
export const LOGIN_METHODS = "cloudflare_zero_trust_access_identity_providers";
export const TOKENS = "cloudflare_zero_trust_access_service_tokens";
