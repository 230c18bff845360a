import type { DeployedToken } from "../contract/service-outputs";
import { UsageError } from "../base/usage-error";
import type { SecretStore } from "./store";

/**
 * Google Secret Manager. Nothing is written by hand: the stack has done so when
 * its last deploy changed the token.
 */
export function googleSecrets(
  service: string,
  token: DeployedToken,
): SecretStore {
  const { held, name } = token;
  const [, project = ""] = held?.clientSecret.split("/") ?? [];
  return {
    description: `Google Secret Manager, project ${project}`,

    async check() {
      if (held !== undefined) return;
      throw new UsageError(`Service ${service}`, [
        `its stack does not keep the token ${name} in Google: set ACCESS_GOOGLE_PROJECT, or in main.ts its tokenStore: { googleProject: "…" }, and give the token no other store; then deploy (npm run deploy -- ${service})`,
      ]);
    },

    put: async () => [],

    howToRead: (variable) =>
      `gcloud secrets versions access latest --secret=${variable} --project=${project}`,
  };
}
