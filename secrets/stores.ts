import { envFile } from "./env-file";
import { UsageError } from "../settings";
import type { SecretStore } from "./store";

/** Names of the places that `secrets` and `rotate` know. */
export const STORES = ["env", "infisical", "google"] as const;
export type StoreName = (typeof STORES)[number];

/**
 * A store by its name; `file` is for `env`.
 *
 * @throws UsageError where it lacks settings
 */
export async function openStore(
  name: StoreName,
  env: NodeJS.ProcessEnv,
  file?: string,
): Promise<SecretStore> {
  if (name === "env") {
    const path = file ?? env.ACCESS_ENV_FILE ?? ".env";
    if (path !== "") return envFile(path);
    throw new UsageError("Secrets", [
      "ACCESS_ENV_FILE says that there is no .env file here: name one with --file",
    ]);
  }
  if (name === "google")
    throw new UsageError("Secrets", [
      "what is in Google Secret Manager is written by the stack itself",
    ]);
  if (file !== undefined)
    throw new UsageError("Secrets", ["--file is for --to env only"]);
  // Its SDK is large, and most commands do without it.
  const { infisical } = await import("./infisical");
  return infisical(env);
}
