import { readFileSync } from "node:fs";
import type { Attribute } from "../../terraform-plugin/provider";
import type { Type } from "../../terraform-plugin/value";

export type Attributes = { readonly [name: string]: Attribute };

/**
 * Derives the schema of a resource or data source from its CDKTF bindings.
 *
 * The bindings were generated from the provider's own schema: they carry their
 * TypeScript source, in which every attribute stands with its flags. What the
 * generator drops is added by an overlay: sensitive, requires replacement,
 * defaults, keeps its state.
 *
 * @param bindings a package such as `@cdktf/provider-cloudflare`
 * @param module a folder of its `lib`, such as `dns-record`
 */
export function deriveAttributes(bindings: string, module: string): Attributes {
  const file = require.resolve(`${bindings}/lib/${module}/index.js`);
  const { root, classes } = readClasses(sourceOf(file));
  if (root === undefined) throw new Error(`no resource in ${file}`);
  return attributesOf(root, classes, "none");
}

interface Derived {
  readonly name: string;
  readonly computed: boolean;
  readonly optional: boolean;
  readonly required: boolean;
  readonly type?: Type;
  readonly nested?: {
    readonly mode: "single" | "list" | "set" | "map";
    readonly className: string;
  };
}

function sourceOf(file: string): string {
  const text = readFileSync(file, "utf8");
  const marker = "sourceMappingURL=data:application/json;base64,";
  const start = text.lastIndexOf(marker);
  if (start < 0) throw new Error(`no source map in ${file}`);
  const map = JSON.parse(
    Buffer.from(text.slice(start + marker.length), "base64").toString(),
  ) as { sourcesContent: string[] };
  return map.sourcesContent[0] ?? "";
}

const CLASS = /^export class (\w+) extends cdktf\.(\w+)/;
const ATTRIBUTE =
  /^ {2}\/\/ (\w+) - computed: (true|false), optional: (true|false), required: (true|false)/;

function readClasses(source: string) {
  const classes = new Map<string, Derived[]>();
  let root: string | undefined;
  let current: Derived[] = [];
  const lines = source.split("\n");
  for (const [index, line] of lines.entries()) {
    const [, className, base] = CLASS.exec(line) ?? [];
    if (className !== undefined) {
      classes.set(className, (current = []));
      if (base !== "ComplexObject" && /^Terraform/.test(base ?? ""))
        root = className;
    }
    const [, name, computed, optional, required] = ATTRIBUTE.exec(line) ?? [];
    if (name === undefined) continue;
    current.push({
      name,
      computed: computed === "true",
      optional: optional === "true",
      required: required === "true",
      ...kindOf(name, lines.slice(index + 1, index + 4).join("\n")),
    });
  }
  return { root, classes };
}

const GETTERS: { readonly [getter: string]: Type } = {
  getStringAttribute: "string",
  getBooleanAttribute: "bool",
  getNumberAttribute: "number",
  getListAttribute: ["list", "string"],
  getNumberListAttribute: ["list", "number"],
  getStringMapAttribute: ["map", "string"],
  getNumberMapAttribute: ["map", "number"],
  getBooleanMapAttribute: ["map", "bool"],
  getAnyMapAttribute: "dynamic",
  interpolationForAttribute: "dynamic",
};

const MAPS: { readonly [className: string]: Type } = {
  StringMap: ["map", "string"],
  NumberMap: ["map", "number"],
  BooleanMap: ["map", "bool"],
  StringListMap: ["map", ["list", "string"]],
  AnyMap: "dynamic",
};

/** The type of an attribute, from the code right below its comment. */
function kindOf(name: string, code: string): Pick<Derived, "type" | "nested"> {
  const member =
    /= new (?:cdktf\.)?(\w+)\(this, "\w+"(?:, (true|false))?\)/.exec(code);
  if (member) {
    const [, className = "", isSet] = member;
    const map = MAPS[className];
    if (map !== undefined) return { type: map };
    const [, stem = "", ending] =
      /^(\w+?)(OutputReference|List|Map)$/.exec(className) ?? [];
    const mode =
      ending === "OutputReference"
        ? "single"
        : ending === "Map"
          ? "map"
          : isSet === "true"
            ? "set"
            : "list";
    return { nested: { mode, className: `${stem}OutputReference` } };
  }
  const [, toList, getter = ""] =
    /return (cdktf\.Fn\.tolist\()?this\.(\w+)\('/.exec(code) ?? [];
  const type = GETTERS[getter];
  if (type === undefined) throw new Error(`unknown type of ${name}: ${code}`);
  // Only a set has to be turned into a list.
  if (toList !== undefined && Array.isArray(type) && type[0] === "list")
    return { type: ["set", type[1]] };
  return { type };
}

function attributesOf(
  className: string,
  classes: ReadonlyMap<string, Derived[]>,
  above: "none" | "computed" | "settable",
): Attributes {
  const derived = classes.get(className) ?? [];
  return Object.fromEntries(
    derived.map(({ name, type, nested, computed, optional, required }) => {
      const settable = optional || required;
      const attribute: Attribute = {
        ...(required && { required }),
        ...(optional && { optional }),
        // The generator marks everything below an object that is computed and
        // settable: true only of what can't be set.
        ...(computed && !(above === "settable" && settable) && { computed }),
        ...(type !== undefined && { type }),
        ...(nested && {
          nested: {
            mode: nested.mode,
            attributes: attributesOf(
              nested.className,
              classes,
              !computed ? "none" : settable ? "settable" : "computed",
            ),
          },
        }),
      };
      return [name, attribute];
    }),
  );
}
