import { Token, type TerraformDataSource } from "cdktf";
import type { Construct } from "constructs";
import { addFaults } from "./faults";
import { needed, readProps, type KnownProps } from "./known-props";
import { literally } from "./literally";

/** Something that was made elsewhere, found by its name when it is planned. */
export interface ByName {
  /** Account that owns it. */
  readonly accountId: string;
  /** Its name in Zero Trust. */
  readonly name: string;
  /** What the message says to do where it is not there. @default - nothing */
  readonly remedy?: string;
  /** What it says to do where several have the name. @default - rename all but one */
  readonly severalRemedy?: string;
  /** Its id in a plan that is never applied, where it is not there yet. @default - the plan fails */
  readonly placeholder?: string;
}

const BY_NAME: KnownProps<ByName> = {
  accountId: needed("id"),
  name: needed("name"),
  remedy: "text",
  severalRemedy: "text",
  placeholder: "text",
};

/** What something is looked up by; the faults of it are those of the scope. */
export function readByName(
  scope: Construct,
  given: ByName,
  kind: string,
): ByName {
  const { faults, props } = readProps(given, BY_NAME);
  addFaults(
    scope,
    faults.map((fault) => `the ${kind} to look up: ${fault}`),
  );
  return { ...props, name: props.name ?? "not-found" };
}

interface ByNames {
  readonly accountId: string;
  readonly names: readonly string[];
  readonly placeholder?: (name: string) => string | undefined;
  readonly remedy?: string;
  readonly severalRemedy?: (name: string) => string;
}

const BY_NAMES: KnownProps<ByNames> = {
  accountId: needed("id"),
  names: needed({ each: "name" }),
  placeholder: "any",
  remedy: "text",
  severalRemedy: "any",
};

/** What several are looked up by; the faults of it are those of the scope. */
export function readByNames<T extends ByNames>(
  scope: Construct,
  given: T,
  kind: string,
): T {
  const { faults, props } = readProps(given, BY_NAMES);
  addFaults(
    scope,
    faults.map((fault) => `the ${kind} to look up: ${fault}`),
  );
  return { ...props, names: props.names ?? [] };
}

/** What a lookup by name asks for, and how its message speaks. */
export interface Lookup {
  /** What is looked for, in the singular: `tunnel`. */
  readonly kind: string;
  /** The name given in code or settings. */
  readonly name: string;
  /** What to do where no such thing exists. @default - nothing is said */
  readonly remedy?: string;
  /**
   * What it has instead of the name: an attribute and its value.
   *
   * @default - the name
   */
  readonly as?: readonly [attribute: string, value: string];
  /** How the message puts what was asked for, before the name. @default "is named" */
  readonly said?: string;
  /** What the message lists, of each object `it`. @default "it.name" */
  readonly listed?: string;
  /**
   * What to do where several have the name.
   *
   * @default - rename all but one
   */
  readonly severalRemedy?: string;
  /**
   * The attribute that is wanted.
   *
   * @default "id"
   */
  readonly attribute?: string;
  /**
   * Value where nothing has the name, in a plan that is never applied.
   *
   * @default - the plan fails
   */
  readonly placeholder?: string;
}

/**
 * Finds one object by name in a data source that lists them all.
 *
 * A filtered data source could not say what exists. Where nothing has the name
 * the value is `not-found` and the plan fails with the list: a null would also
 * block the destroy of what was deployed before someone renamed the thing.
 */
export function lookUp(list: TerraformDataSource, lookup: Lookup): string {
  const { kind, placeholder, remedy = "", attribute = "id" } = lookup;
  const { listed = "it.name", said = "is named" } = lookup;
  const name = literally(lookup.name);
  const several =
    lookup.severalRemedy ?? "Rename all but one of them in the dashboard.";
  const right = placeholder === undefined ? "== 1" : "<= 1";
  const [field, value] = lookup.as ?? ["name", lookup.name];
  const quoted = literal(value);
  // `try`, because a list of nothing may be null; and not `coalesce`, which
  // would make all of it sensitive where one field is.
  const collect = (source: string, rest: string) =>
    `try([for it in ${source}.result : ${rest}], [])`;
  const matches = (source: string) =>
    collect(source, `it.${attribute} if it.${field} == ${quoted}`);
  list.lifecycle = {
    postcondition: [
      // Several names can be looked up in one list.
      ...(list.lifecycle?.postcondition ?? []),
      {
        condition: `\${length(${matches("self")}) ${right}}`,
        errorMessage:
          `\${length(${matches("self")}) > 1 ? "More than one" : "No"} ${kind} ${said} ${name}. ` +
          `There: \${join(", ", sort(distinct(${collect("self", listed)})))}. ` +
          `\${length(${matches("self")}) > 1 ? ${JSON.stringify(several)} : ${JSON.stringify(remedy)}}`,
      },
    ],
  };
  const found = matches(list.fqn);
  const other = JSON.stringify(placeholder ?? "not-found");
  return `\${length(${found}) == 1 ? ${found}[0] : ${other}}`;
}

/**
 * A text within an expression, in which Terraform sees no template. Braces by
 * their number: cdktf takes each for one that begins or ends a template.
 */
function literal(text: string): string {
  const quoted = JSON.stringify(text);
  return Token.isUnresolved(text)
    ? quoted
    : quoted.replaceAll("{", "\\u007b").replaceAll("}", "\\u007d");
}
