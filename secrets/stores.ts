import type { OwnToken } from "../contract/service-outputs";
import type { StoreName } from "../contract/store-names";
import { UsageError } from "../base/usage-error";
import { envFile } from "./env-file";
import { googleSecrets } from "./google";
import type { SecretStore } from "./store";

export interface OpenStoreOptions {
  readonly env: NodeJS.ProcessEnv;
  /** For `env`: another file than `.env`. */
  readonly file?: string;
  /** Name of the service's stack. */
  readonly service: string;
  /** What is to be kept. */
  readonly token: OwnToken;
}

/**
 * A store by its name.
 *
 * @throws UsageError where it lacks settings
 */
export async function openStore(
  name: StoreName,
  { env, file, service, token }: OpenStoreOptions,
): Promise<SecretStore> {
  if (name === "env") {
    const path = file ?? env.ACCESS_ENV_FILE ?? ".env";
    if (path !== "") return envFile(path);
    throw new UsageError("Secrets", [
      "ACCESS_ENV_FILE turns off the .env file: name a file with --file",
    ]);
  }
  if (file !== undefined)
    throw new UsageError("Secrets", ["--file only works with --to env"]);
  if (name === "google") return googleSecrets(service, token);
  // Its SDK is large, and most commands do without it.
  const { infisical } = await import("./infisical");
  return infisical(env, [token.clientSecret]);
}
