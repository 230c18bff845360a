import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { printableJson } from "../../base/printable";
import { buildPackage } from "../../packaging/build";
import { UsageError } from "../../base/usage-error";
import type { PackageOptions } from "../package";

export async function run({ json, out }: PackageOptions): Promise<void> {
  const folder = resolve(out);
  refuseOthers(folder);
  const { name, version } = await buildPackage(folder);
  const sizes = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => statSync(join(folder, file)))
    .filter((it) => it.isFile())
    .map(({ size }) => size);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  console.log(
    json
      ? printableJson({ name, version, folder, files: sizes.length, bytes })
      : `${name} ${version}: ${sizes.length} files, ${(bytes / 1e6).toFixed(2)} MB in ${folder}`,
  );
}

/** A folder that is emptied first must be one of an earlier build. */
function refuseOthers(folder: string): void {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return;
  if (existsSync(join(folder, "THIRD-PARTY.txt"))) return;
  throw new UsageError("Package", [
    `--out is emptied first, and ${folder} holds other files: name a new folder`,
  ]);
}
