import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseEnv } from "node:util";
import { writeWhole } from "../base/write-whole";
import { UsageError } from "../base/usage-error";
import { setInEnv } from "./env-text";
import type { SecretStore } from "./store";

/**
 * A `.env` file as a place for secrets: only its owner may read it, and it is
 * replaced as a whole, so that whoever reads it finds the old or the new one.
 */
export function envFile(file: string): SecretStore {
  return {
    description: file,

    async check() {
      const path = target(file);
      const fault = existsSync(path)
        ? !statSync(path).isFile() && "is not a file"
        : !existsSync(dirname(path)) &&
          `is in a folder that does not exist: ${dirname(path)}`;
      if (fault) throw new UsageError("Secrets", [`"${file}" ${fault}`]);
    },

    async put(values) {
      const path = target(file);
      const text = existsSync(path) ? readFileSync(path, "utf8") : "";
      const before = parseEnv(text);
      writeWhole(path, setInEnv(text, values), { mode: 0o600 });
      return Object.keys(values).filter(
        (name) => before[name] !== values[name],
      );
    },
  };
}

/** Where it really is: a link stays a link. */
function target(file: string): string {
  const path = resolve(file);
  return existsSync(path) ? realpathSync(path) : path;
}
