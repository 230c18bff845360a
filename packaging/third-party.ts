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
  const namesByText = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const { name, text } = licence(join(PROJECT, folder));
    namesByText.set(text, [...(namesByText.get(text) ?? []), name]);
  }
  return [...namesByText]
    .map(([text, names]) => `${names.join("\n")}\n\n${text}\n`)
    .join(`\n${"-".repeat(72)}\n\n`);
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
