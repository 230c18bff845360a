import { readFileSync } from "node:fs";

/** A synthesized stack, as far as its merge with others goes. */
interface Code {
  terraform: { required_providers?: object };
  provider?: object;
  variable?: object;
  data?: Blocks;
  resource?: Blocks;
  output?: Readonly<Record<string, unknown>>;
}

/** By type and name. */
type Blocks = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * The same resources, lookups and outputs as in these stacks, in one Terraform
 * root. Each name has its stack's in front; providers are those of the first.
 *
 * @param files `cdk.tf.json` of each stack, by its name
 */
export function oneRoot(files: ReadonlyMap<string, string>): object {
  const all = [...files].map(([name, file]) =>
    renamed(readFileSync(file, "utf8"), name.replaceAll("-", "_")),
  );
  const [first] = all;
  return {
    terraform: { required_providers: first?.terraform.required_providers },
    provider: first?.provider,
    variable: first?.variable,
    data: merged(all.map(({ data = {} }) => data)),
    resource: merged(all.map(({ resource = {} }) => resource)),
    output: Object.assign({}, ...all.map(({ output }) => output)) as object,
  };
}

/** Puts a prefix before each name, and before what refers to it. */
function renamed(json: string, prefix: string): Code {
  const code = JSON.parse(json) as Code;
  let text = json;
  for (const blocks of [code.resource, code.data])
    for (const [type, byName] of Object.entries(blocks ?? {}))
      for (const name of Object.keys(byName))
        text = text.replaceAll(
          new RegExp(`\\b${type}\\.${name}\\b(?!-)`, "g"),
          `${type}.${prefix}_${name}`,
        );
  const {
    data = {},
    output = {},
    resource = {},
    ...rest
  } = JSON.parse(text) as Code;
  const withPrefix = <T>(named: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(named).map(([name, value]) => [
        `${prefix}_${name}`,
        value,
      ]),
    );
  const inBlocks = (blocks: Blocks) =>
    Object.fromEntries(
      Object.entries(blocks).map(([type, named]) => [type, withPrefix(named)]),
    );
  return {
    ...rest,
    data: inBlocks(data),
    output: withPrefix(output),
    resource: inBlocks(resource),
  };
}

function merged(all: readonly Blocks[]): Blocks {
  const types = new Set(all.flatMap((blocks) => Object.keys(blocks)));
  return Object.fromEntries(
    [...types].map((type) => [
      type,
      Object.assign({}, ...all.map((blocks) => blocks[type])) as object,
    ]),
  ) as Blocks;
}
