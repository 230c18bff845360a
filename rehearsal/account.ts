import type { Account } from "../local/account";
import { loadAccount } from "../local/account-file";
import { UsageError } from "../base/usage-error";

/**
 * Reads the account that a command was told to use.
 *
 * @param name `guide`, `empty` or the path of an account file
 * @throws UsageError with everything that is wrong with the file
 */
export function readAccount(name: string): Account {
  try {
    return loadAccount(name);
  } catch (error) {
    throw new UsageError(`--account ${name}`, [
      `${(error as Error).message.replace(/:?\n- /g, "\n- ")}`,
      "use guide, empty, or the path to an account file (such as local/accounts/guide.json)",
    ]);
  }
}
