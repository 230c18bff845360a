import type { Account } from "../../local/account";
import { startProviderStandIn } from "../../local/provider/start";

/** What docs/github.md asks for in the API token of pull requests. */
export const READ_ONLY = [
  "Access: Apps and Policies Read",
  "Access: Organizations, Identity Providers, and Groups Read",
  "Access: Service Tokens Read",
  "Cloudflare Tunnel Read",
  "Zone Read",
  "DNS Read",
] as const;

/** What a run has that may only read the account. */
export interface ReadOnly {
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** Adds a token to the account that may only read, and a provider that uses it. */
export async function startReadOnly(
  account: Account,
  apiUrl: string,
): Promise<ReadOnly> {
  const value = "read-only".padEnd(40, "-");
  account.apiTokens.push({
    id: "0".repeat(32),
    name: "pull requests",
    value,
    owner: "user",
    status: "active",
    permissions: [...READ_ONLY],
  });
  const standIn = await startProviderStandIn({
    environment: { CLOUDFLARE_API_TOKEN: value, CLOUDFLARE_BASE_URL: apiUrl },
  });
  return {
    env: {
      CLOUDFLARE_API_TOKEN: value,
      TF_REATTACH_PROVIDERS: JSON.stringify(standIn.reattach),
      TF_VAR_google_client_secret: "",
    },
    close: standIn.close,
  };
}
