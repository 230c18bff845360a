/** Run by `npm version`, after it has written the new version to package.json. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { released } from "./changelog";
import { PROJECT } from "./parts";

const file = join(PROJECT, "CHANGELOG.md");
try {
  const text = readFileSync(file, "utf8");
  const today = new Date().toISOString().slice(0, 10);
  const version = process.env.npm_package_version ?? "";
  writeFileSync(file, released(text, version, today));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
