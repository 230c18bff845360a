import { printableJson } from "../../base/printable";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { writeWhole } from "../../base/write-whole";
import { caddyServices } from "../../deployment/caddy-sites";
import { synthesize, withDependencies } from "../../deployment/stacks";
import { caddyfile } from "../../services/caddyfile";
import { UsageError } from "../../base/usage-error";
import { environmentWithFile } from "../../settings";
import { interruption } from "../command";
import type { CaddyfileOptions } from "../caddyfile";

/** By this line a file is known as one that may be written over. */
const MARK =
  "# Written by `npm run caddyfile`: change main.ts instead, or import this file from yours.\n";

export async function run(
  names: string[],
  { json, write }: CaddyfileOptions,
): Promise<void> {
  if (write !== undefined) checkFile(write);
  const env = environmentWithFile();
  const stacks = await synthesize({ env, signal: interruption() });
  const chosen =
    names.length === 0 ? stacks.values() : withDependencies(stacks, names);
  const services = caddyServices(chosen);
  const sites = services.filter(({ left }) => left === undefined);
  const text = caddyfile(sites);
  if (json) console.log(printableJson({ caddyfile: text, services }));
  else
    for (const { left, name } of services)
      if (left !== undefined) console.error(`${name} is not in it: ${left}.`);
  if (sites.length === 0) {
    process.exitCode = 1;
    if (write !== undefined)
      console.error(`No service needs Caddy: ${write} is left as it is.`);
    else if (!json) process.stdout.write("# No service needs Caddy.\n");
    return;
  }
  if (write !== undefined) {
    writeWhole(write, MARK + text);
    console.error(`Wrote ${write}: reload Caddy.`);
  } else if (!json) process.stdout.write(MARK + text);
}

/** @throws UsageError where it has no folder, or holds what somebody else wrote */
function checkFile(file: string): void {
  const refuse = (fault: string) => {
    throw new UsageError("--write", [fault]);
  };
  const folder = dirname(resolve(file));
  if (!existsSync(folder))
    refuse(`the folder ${folder} does not exist: create it, or name another`);
  if (!existsSync(file)) return;
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    refuse(`${file} can't be read: ${(error as Error).message}`);
  }
  if (text.trim() !== "" && !text.startsWith(MARK))
    refuse(
      `${file} was not written by this command: name another file, such as ${basename(file)}.access, and add the line "import ${basename(file)}.access" to yours`,
    );
}
