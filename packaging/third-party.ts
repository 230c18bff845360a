import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "./parts";

/**
 * The licences of the packages whose code the package carries: they ask to be
 * handed on with it.
 *
 * @param carried paths of files from the project's root
 */
export function thirdParty(carried: readonly string[]): string {
  const folders = new Set(
    carried.flatMap(
      (path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
    ),
  );
  const alike = new Map<string, { names: string[]; text: string }>();
  for (const folder of [...folders].sort()) {
    const { name, text } = licence(join(PROJECT, folder));
    const { holders, terms } = parts(text);
    const key = terms.replace(/\W+/g, " ").toLowerCase();
    const seen = alike.get(key) ?? { names: [], text: terms };
    seen.names.push([name, ...holders.map((one) => `  ${one}`)].join("\n"));
    alike.set(key, seen);
  }
  return [...alike.values()]
    .map(({ names, text }) => `${names.join("\n")}\n\n${text}\n`)
    .join(`\n${"-".repeat(72)}\n\n`);
}

/** Most are the same terms of different holders. */
function parts(text: string): { holders: string[]; terms: string } {
  const isHolder = (line: string) =>
    /^\s*(copyright|©|\(c\))\s.*\w/i.test(line);
  const lines = text.split(/\r?\n/);
  return {
    holders: lines.filter(isHolder).map((line) => line.trim()),
    terms: lines
      .filter((line) => !isHolder(line))
      .join("\n")
      .replace(/^\s*(the |\()?mit( license)?( \(mit\)|\))?\s*$/im, "")
      .replace(/\n{3,}/g, "\n\n")
      .trim(),
  };
}

function licence(folder: string): { name: string; text: string } {
  const { name, version, license } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  ) as { name: string; version: string; license: string };
  const file = readdirSync(folder).find((one) =>
    /^(licen[cs]e|copying)/i.test(one),
  );
  return {
    name: `${name} ${version} (${license})`,
    text:
      file === undefined
        ? "Its package has no file with the text of this licence."
        : readFileSync(join(folder, file), "utf8").trim(),
  };
}
