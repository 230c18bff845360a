import {
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { compile } from "./compile";
import { declarations } from "./declarations";
import { manifest, type Manifest } from "./manifest";
import { PROJECT } from "./parts";
import { sources } from "./sources";
import { thirdParty } from "./third-party";

/** Files of the project by their places in the package. */
const COPIES = {
  LICENSE: "LICENSE",
  "providers.lock.hcl": "providers.lock.hcl",
  "local/accounts": "local/accounts",
  "local/README.md": "local/README.md",
  "local/divergences.md": "local/divergences.md",
  "terraform-plugin/README.md": "terraform-plugin/README.md",
};

export interface BuildPackageOptions {
  /** Whether the types are written too, which takes TypeScript seconds. @default true */
  readonly types?: boolean;
}

/** Builds what is packed and published into an empty folder. */
export async function buildPackage(
  folder: string,
  { types = true }: BuildPackageOptions = {},
): Promise<Manifest> {
  rmSync(folder, { recursive: true, force: true });
  const files = sources();
  const { carried, loaded } = await compile(files, folder);
  if (types)
    for (const [file, text] of declarations(files))
      writeFileSync(join(folder, file), text);
  for (const [from, to] of Object.entries(COPIES)) {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    cpSync(join(PROJECT, from), join(folder, to), { recursive: true });
  }
  // In the package it is one folder further up.
  const readme = readFileSync(join(PROJECT, "docs/package.md"), "utf8");
  writeFileSync(join(folder, "README.md"), readme.replaceAll("](../", "]("));
  const own = manifest(loaded);
  writeFileSync(
    join(folder, "package.json"),
    `${JSON.stringify(own, null, 2)}\n`,
  );
  writeFileSync(join(folder, "THIRD-PARTY.txt"), thirdParty(carried));
  return own;
}
