import type { Account } from "../../local/account";
import { providerUnderTest } from "../provider";

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
  const { workspace, close } = await providerUnderTest({
    token: value,
    apiUrl,
  });
  return {
    env: {
      CLOUDFLARE_API_TOKEN: value,
      ...(workspace.reattach && {
        TF_REATTACH_PROVIDERS: JSON.stringify(workspace.reattach),
      }),
      TF_VAR_google_client_secret: "",
    },
    close,
  };
}
