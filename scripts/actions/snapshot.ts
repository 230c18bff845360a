import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import pc from "picocolors";
import { accountReader } from "../../account/account-reader";
import { checkApiToken } from "../../account/api-token";
import { cloudflareClient } from "../../account/client";
import { printableJson, printableLines } from "../../base/printable";
import { writeWhole } from "../../base/write-whole";
import { parseAccountFile } from "../../local/account-file";
import { UsageError } from "../../base/usage-error";
import { environmentWithFile, loadSettings } from "../../settings";
import { readWholeAccount } from "../../twin/read-account";
import {
  toAccountFile,
  type Twin,
  type TwinSettings,
} from "../../twin/to-account-file";
import { accountToRead } from "../account-to-read";
import { interruption } from "../command";
import { progress } from "../progress";
import type { SnapshotOptions } from "../snapshot";

/** Sections of the file that are counted for people. */
const COUNTED = [
  ["zones", "zone"],
  ["dns_records", "DNS record"],
  ["tunnels", "tunnel"],
  ["identity_providers", "login method"],
  ["groups", "group"],
  ["policies", "policy"],
  ["applications", "application"],
  ["service_tokens", "service token"],
] as const;

export async function run(
  file: string,
  { force, json, keepNames = false }: SnapshotOptions,
): Promise<void> {
  const path = resolve(file);
  checkPlace(file, path, force === true);
  const signal = interruption();
  const env = environmentWithFile();
  const accountId = accountToRead(env, "a snapshot");
  const client = cloudflareClient(env);
  await checkApiToken(client, accountId);
  const { settings, why } = settingsOf(env);
  const shown = progress(signal);
  const account = await readWholeAccount(
    accountReader(client, accountId, { freshMs: Infinity }),
    accountId,
    { signal, say: (text) => shown.tick(text) },
  ).finally(() => shown.end());
  const twin = toAccountFile(account, { keepNames, settings });
  parseAccountFile(twin.file, "of this account");
  writeWhole(path, `${printableJson(twin.file)}\n`, { mode: 0o600 });
  const notes = notesOf(twin, account.usersNotRead, why);
  if (json) {
    const objects = Object.fromEntries(
      COUNTED.map(([section]) => [section, twin.file[section]?.length ?? 0]),
    );
    const { leftOut, pseudonyms } = twin;
    console.log(
      printableJson({ file: path, objects, pseudonyms, leftOut, notes }),
    );
    return;
  }
  console.log(printableLines(toText(file, twin, keepNames, notes)));
}

/** @throws UsageError where nothing can, or may, be written there */
function checkPlace(file: string, path: string, force: boolean): void {
  const fault = placeFault(file, path, force);
  if (fault !== undefined) throw new UsageError("npm run snapshot", [fault]);
}

function placeFault(
  file: string,
  path: string,
  force: boolean,
): string | undefined {
  if (existsSync(path)) {
    if (!statSync(path).isFile())
      return `"${file}" is no file: give the path of a file to write`;
    return force
      ? undefined
      : `"${file}" exists: give another path, or --force to replace it`;
  }
  const folder = dirname(path);
  return existsSync(folder) && statSync(folder).isDirectory()
    ? undefined
    : `there is no folder "${folder}" to write "${file}" into: make it first`;
}

/** Those for a rehearsal, and why there are none. */
function settingsOf(env: NodeJS.ProcessEnv): {
  settings?: TwinSettings;
  why?: string;
} {
  try {
    return { settings: loadSettings(env) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return {
      why: `the settings are not complete, so a rehearsal takes the first zone, tunnel and person of the file:\n${error.faults.map((fault) => `  - ${fault}`).join("\n")}`,
    };
  }
}

function notesOf(
  { leftOut }: Twin,
  usersNotRead: string | undefined,
  why: string | undefined,
): string[] {
  return [
    ...(leftOut.length > 0
      ? [`left out, as a rehearsal knows nothing of it: ${leftOut.join(", ")}`]
      : []),
    ...(usersNotRead === undefined
      ? []
      : [`people who have logged in are left out: ${usersNotRead}`]),
    ...(why === undefined ? [] : [why]),
  ];
}

function toText(
  file: string,
  { file: sections, pseudonyms: { domains, people } }: Twin,
  keepNames: boolean,
  notes: readonly string[],
): string {
  const counts = COUNTED.map(([section, name]) =>
    counted(sections[section]?.length ?? 0, name),
  );
  return [
    `${pc.bold(`Wrote ${file}`)}, which only you can read: ${counts.join(", ")}.`,
    keepNames
      ? "It has no secrets. People's addresses and names are in it, as you asked."
      : `It has no secrets, and other names for ${counted(people, "address", "addresses")} and ${counted(domains, "domain")} of people. Hosts and the names of objects are in it as they are.`,
    ...notes.map((note) => `Note: ${note}`),
    `To rehearse on it: npm start -- --account ${file}`,
  ].join("\n");
}

function counted(number: number, one: string, many?: string): string {
  const plural =
    many ?? (one.endsWith("y") ? `${one.slice(0, -1)}ies` : `${one}s`);
  return `${number} ${number === 1 ? one : plural}`;
}
