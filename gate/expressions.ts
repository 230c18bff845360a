/**
 * Functions of Terraform that compute a value from their arguments and look at
 * nothing else: not at files, the environment, the clock or chance. The two at
 * the end are the ones that make a plan for reading impossible to apply.
 */
const FUNCTIONS: ReadonlySet<string> = new Set([
  ...["abs", "ceil", "floor", "max", "min", "parseint", "pow", "signum"],
  ...["alltrue", "anytrue", "chunklist", "coalesce", "coalescelist", "compact"],
  ...["concat", "contains", "distinct", "element", "flatten", "index", "keys"],
  ...[
    "length",
    "lookup",
    "merge",
    "one",
    "range",
    "reverse",
    "setintersection",
  ],
  ...["setsubtract", "setunion", "slice", "sort", "sum", "values", "zipmap"],
  ...["endswith", "format", "formatlist", "indent", "join", "lower", "regex"],
  ...["regexall", "replace", "split", "startswith", "strcontains", "substr"],
  ...["title", "trim", "trimprefix", "trimsuffix", "trimspace", "upper"],
  ...["can", "sensitive", "issensitive", "tobool", "tolist"],
  ...["tomap", "tonumber", "toset", "tostring", "try"],
  ...["base64decode", "base64encode", "jsondecode", "jsonencode", "urlencode"],
  "timestamp",
]);

/**
 * The functions that a text of a configuration calls and that may look at more
 * than their arguments; what can't be told apart counts as one.
 *
 * @see https://developer.hashicorp.com/terraform/language/expressions/strings
 */
export function foreignCalls(text: string): string[] {
  return [...read(text).calls].filter((name) => !FUNCTIONS.has(name));
}

/**
 * What a text of a configuration refers to, with all attributes: `var.x`,
 * `data.a.b.result`. Of a resource Terraform takes `resource.a.b` as well.
 */
export function referencesIn(text: string): string[] {
  return [...read(text).names].map((name) => name.replace(/^resource\./, ""));
}

/**
 * The expressions of a text, each with its end: of `a-${x}-${y}` these are
 * `${x}` and `${y}`. What lies within another one is no part of it.
 */
export function expressionsIn(text: string): string[] {
  return read(text).outermost;
}

/** What texts of a configuration are made of. */
interface Found {
  readonly calls: Set<string>;
  readonly names: Set<string>;
  readonly outermost: string[];
}

function read(text: string): Found {
  const found: Found = { calls: new Set(), names: new Set(), outermost: [] };
  if (!/[$%]\{/.test(text)) return found;
  const end = template(text, 0, undefined, found);
  if (end !== text.length) found.calls.add("what can't be read");
  return found;
}

/** Reads text with `${…}` in it, up to what ends it; returns where that is. */
function template(
  text: string,
  from: number,
  ending: '"' | undefined,
  found: Found,
): number {
  for (let at = from; at < text.length; at++) {
    const two = text.slice(at, at + 2);
    if (ending && text[at] === "\\") at++;
    else if (text.startsWith("$${", at) || text.startsWith("%%{", at)) at += 2;
    else if (two === "${" || two === "%{") {
      const start = at;
      at = expression(text, at + 2, found);
      if (at >= text.length) return text.length + 1;
      if (ending === undefined) found.outermost.push(text.slice(start, at + 1));
    } else if (text[at] === ending) return at;
  }
  return ending === undefined ? text.length : text.length + 1;
}

/** Reads an expression up to the brace that ends it; returns where that is. */
function expression(text: string, from: number, found: Found): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      at = template(text, at + 1, '"', found);
    } else if (character === "{") depth++;
    else if (character === "}") {
      if (depth-- === 0) return at;
    } else if (/[#]|\/[/*]|<</.test(text.slice(at, at + 2).trimStart())) {
      // A comment or a heredoc: neither is written by this project.
      found.calls.add("what can't be read");
      return text.length;
    } else {
      const [name] = NAME.exec(text.slice(at)) ?? [];
      if (name === undefined) continue;
      const start = at;
      at += name.length - 1;
      if (/^\s*\(/.test(text.slice(at + 1))) {
        found.calls.add(name);
        continue;
      }
      const [attributes = ""] = ATTRIBUTES.exec(text.slice(at + 1)) ?? [];
      at += attributes.length;
      if (text[start - 1] !== ".")
        found.names.add(text.slice(start, at + 1).replace(/\s+/g, ""));
    }
  }
  return text.length;
}

const NAME = /^[\p{ID_Start}_][\p{ID_Continue}-]*(::[\p{ID_Continue}-]+)*/u;

/** What follows a name: `.result`, `.0`, `.*`. */
const ATTRIBUTES = /^(\s*\.\s*([\p{ID_Start}_][\p{ID_Continue}-]*|\d+|\*))+/u;
