import { isObject } from "../review/references";
import { expressionsIn, referencesIn } from "./expressions";
import { PLACEHOLDER } from "./placeholder";

/**
 * Where a configuration could be one thing in a review and another in a deploy
 * though it is the same text: a review has no secrets, runs in another folder,
 * and holds placeholders for what another stack has yet to make. What is only
 * handed on comes out in the deploy's own review; what is asked for its value
 * decides what nobody has reviewed. One line for each place.
 */
export function twoFaced(code: unknown): string[] {
  const blocks = blocksIn(code);
  const moving = movingAmong(blocks);
  return blocks.flatMap(({ texts }) =>
    texts.flatMap(({ at, text }) => {
      const names = [...new Set(referencesIn(text))];
      const plain = isPlain(text);
      return names
        .filter((name) => {
          if (OF_MACHINE.test(name)) return true;
          if (name.startsWith("var.")) return !(plain && isSecret(at));
          const address = moving.find((one) => isOf(name, one.address));
          if (!address || isAnswer(name, address)) return false;
          return !plain || DECIDES_HOW_MANY.has(at.at(-1) ?? "");
        })
        .map(
          (name) =>
            `${at.join(".")}: what ${name} is can be one thing in a review and another in a deploy`,
        );
    }),
  );
}

/** `path.cwd`, `terraform.workspace`. */
const OF_MACHINE = /^(path|terraform)\./;

/** How many there are of a resource hangs on the value. */
const DECIDES_HOW_MANY: ReadonlySet<string> = new Set(["for_each", "count"]);

type Path = readonly string[];

/** Something that others refer to. */
interface Block {
  /** `type.name`, `data.type.name`, `local.name`; empty for what nothing refers to. */
  readonly address: string;
  /** Attributes that the code gives. */
  readonly given: ReadonlySet<string>;
  readonly texts: readonly { readonly at: Path; readonly text: string }[];
}

function blocksIn(code: unknown): Block[] {
  if (!isObject(code)) return [];
  return Object.entries(code).flatMap(([kind, part]) => {
    switch (kind) {
      case "//":
      case "variable":
        return [];
      case "resource":
      case "data":
        return entries(part).flatMap(([type, named]) =>
          entries(named).map(([name, values]) =>
            blockOf(
              [kind === "data" ? "data" : "", type, name]
                .filter(Boolean)
                .join("."),
              values,
              [kind, type, name],
            ),
          ),
        );
      case "locals":
        return entries(part).map(([name, value]) =>
          blockOf(`local.${name}`, value, [kind, name]),
        );
      default:
        return [blockOf("", part, [kind])];
    }
  });
}

function blockOf(address: string, values: unknown, path: Path): Block {
  const given = isObject(values) ? Object.keys(values) : [];
  return { address, given: new Set(given), texts: textsIn(values, path) };
}

/** All texts and names but for what can only stop a deploy. */
function textsIn(value: unknown, at: Path): { at: Path; text: string }[] {
  if (typeof value === "string") return [{ at, text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]: [string, unknown]) =>
    at.at(-1) === "lifecycle" && STOPS.has(key)
      ? []
      : [{ at: [...at, "a name"], text: key }, ...textsIn(part, [...at, key])],
  );
}

const STOPS: ReadonlySet<string> = new Set(["precondition", "postcondition"]);

/** What has another value in a review, by itself or by what it takes from others. */
function movingAmong(blocks: readonly Block[]): Block[] {
  const moving = new Set(
    blocks.filter(({ address, texts }) =>
      address === ""
        ? false
        : texts.some(
            ({ text }) =>
              text.includes(PLACEHOLDER) ||
              referencesIn(text).some(
                (name) => name.startsWith("var.") || OF_MACHINE.test(name),
              ),
          ),
    ),
  );
  for (const one of moving)
    for (const other of blocks)
      if (
        other.address !== "" &&
        other.texts.some(({ text }) =>
          referencesIn(text).some(
            (name) => isOf(name, one.address) && !isAnswer(name, one),
          ),
        )
      )
        moving.add(other);
  return [...moving];
}

function isOf(name: string, address: string): boolean {
  return name === address || name.startsWith(`${address}.`);
}

/** Whether only Cloudflare or Google can tell it, which is not known before a deploy. */
function isAnswer(name: string, { address, given }: Block): boolean {
  const [attribute = ""] = name.slice(address.length + 1).split(".");
  return (
    /^(cloudflare|google)_/.test(address) &&
    attribute !== "" &&
    !given.has(attribute)
  );
}

/** A text that is one reference and nothing else. */
function isPlain(text: string): boolean {
  const [only] = expressionsIn(text);
  return only === text && /^\$\{[\w.[\]*-]+\}$/.test(text);
}

/** Where a login method's secret goes, which a review is not given. */
function isSecret(at: Path): boolean {
  return (
    at.length === 5 &&
    at[1] === "cloudflare_zero_trust_access_identity_provider" &&
    at[3] === "config" &&
    at[4] === "client_secret"
  );
}

function entries(value: unknown): [string, unknown][] {
  return isObject(value)
    ? Object.entries(value).filter(([name]) => name !== "//")
    : [];
}
