import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Account } from "./account";
import { buildAccount, type BuildOptions } from "./account-build";
import { referenceFaults } from "./account-file-references";
import { accountFileSchema, type AccountFile } from "./account-file-schema";

/**
 * Builds the account that a file describes.
 *
 * @param file `guide`, `empty` (files in `accounts/` beside this one) or a path
 * @throws Error naming the file and every fault in it
 */
export function loadAccount(file: string, options: BuildOptions = {}): Account {
  const path = isOwnAccount(file) ? ownFile(file) : file;
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const hint =
      code === "ENOENT"
        ? '; accounts that come with this are "guide" and "empty", all else is the path of a file'
        : "";
    throw new Error(`account file ${path} can't be read: ${message}${hint}`, {
      cause: error,
    });
  }
  return buildAccount(parseAccountFile(raw, path), options);
}

/** Whether a name is that of an account that comes with the project. */
export function isOwnAccount(name: string): boolean {
  return /^[a-z-]+$/.test(name) && existsSync(ownFile(name));
}

const ownFile = (name: string) => join(__dirname, "accounts", `${name}.json`);

/**
 * Checks what an account file says.
 *
 * @param source what to call the file in an error
 * @throws Error with every fault, one a line
 */
export function parseAccountFile(raw: unknown, source: string): AccountFile {
  const parsed = accountFileSchema.safeParse(raw);
  const faults = [
    ...(parsed.error?.issues ?? []).map(
      ({ path, message }) => `${path.join(".") || "(the file)"}: ${message}`,
    ),
    ...referenceFaults(raw),
  ];
  if (!parsed.success || faults.length > 0) {
    throw new Error(`account file ${source}:\n- ${faults.join("\n- ")}`);
  }
  return parsed.data;
}
