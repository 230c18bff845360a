import type { Attribute, Provider, Schema } from "./provider";
import { isComputed } from "./schema";

const MODES = ["single", "list", "set", "map"];
const SIMPLE_TYPES = ["string", "number", "bool", "dynamic"];

/** What is wrong with a provider's description: Terraform's own words do not say where. */
export function providerFaults<Client>(provider: Provider<Client>): string[] {
  if (!isTable(provider)) return ["launch was given no provider"];
  const faults: string[] = [];
  const handlers = (where: string, owner: object, names: string[]): void => {
    for (const name of names)
      if (typeof (owner as Record<string, unknown>)[name] !== "function")
        faults.push(`${where} has no function "${name}"`);
  };
  const schema = (where: string, given: Schema | undefined): void => {
    if (isTable(given?.attributes))
      faults.push(...attributeFaults(given.attributes, where));
    else faults.push(`${where} has no "schema" with "attributes"`);
  };

  schema("the provider", provider.schema);
  handlers("the provider", provider, ["configure"]);
  const tables = {
    resources: ["create", "read", "update", "delete"],
    dataSources: ["read"],
  } as const;
  for (const [name, needed] of Object.entries(tables)) {
    const table = provider[name as keyof typeof tables];
    if (!isTable(table)) faults.push(`the provider has no "${name}"`);
    else
      for (const [type, entry] of Object.entries(table)) {
        schema(type, entry.schema);
        handlers(type, entry, [...needed]);
      }
  }
  return faults;
}

function attributeFaults(
  attributes: Schema["attributes"],
  parent: string,
): string[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const where = `${parent}.${name}`;
    const { nested } = attribute;
    const below = isTable(nested?.attributes)
      ? attributeFaults(nested.attributes, where)
      : [];
    return [
      ...ownFaults(name, attribute).map((f) => `${where} ${f}`),
      ...below,
    ];
  });
}

function ownFaults(name: string, attribute: Attribute): string[] {
  const { nested, optional, required, type, writeOnly } = attribute;
  const faults: string[] = [];
  if (!/^[a-z][a-z\d_]*$/.test(name))
    faults.push("has a name that is not of lower case, digits and underscores");
  if ((type === undefined) === (nested === undefined))
    faults.push('needs either "type" or "nested"');
  if (type !== undefined && !isType(type))
    faults.push(
      `has the type ${JSON.stringify(type)}, which Terraform does not know`,
    );
  if (nested && !MODES.includes(nested.mode))
    faults.push(
      `needs nested.mode: ${MODES.map((mode) => `"${mode}"`).join(", ")}`,
    );
  if (nested && !isTable(nested.attributes))
    faults.push("needs nested.attributes");
  if (nested?.block) return faults;
  const computed = isComputed(attribute);
  if (!required && !optional && !computed)
    faults.push('has to be "required", "optional" or "computed"');
  if (required && (optional || computed))
    faults.push(
      'can\'t be "required" and have a default, or be "optional" or "computed"',
    );
  if (writeOnly && computed)
    faults.push('can\'t be "writeOnly" and "computed" or have a default');
  return faults;
}

function isType(type: unknown): boolean {
  if (typeof type === "string") return SIMPLE_TYPES.includes(type);
  if (!Array.isArray(type) || type.length < 2) return false;
  const [kind, of] = type as unknown[];
  switch (kind) {
    case "list":
    case "set":
    case "map":
      return isType(of);
    case "tuple":
      return Array.isArray(of) && of.every(isType);
    case "object":
      return isTable(of) && Object.values(of).every(isType);
    default:
      return false;
  }
}

function isTable(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
