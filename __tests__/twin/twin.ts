import { accountReader } from "../../account/account-reader";
import { cloudflareClient } from "../../account/client";
import type { Account } from "../../local/account";
import { buildAccount } from "../../local/account-build";
import { parseAccountFile } from "../../local/account-file";
import type { ApiCall } from "../../local/api/calls";
import { startApi } from "../../local/api/server";
import { readWholeAccount } from "../../twin/read-account";
import {
  toAccountFile,
  type Twin,
  type TwinOptions,
} from "../../twin/to-account-file";

/** The twin of an account, with the calls that it took. */
export async function twinOf(
  account: Account,
  options: Partial<TwinOptions> = {},
): Promise<Twin & { calls: readonly ApiCall[]; notRead?: string }> {
  const server = await startApi(account);
  try {
    const client = cloudflareClient({
      CLOUDFLARE_API_TOKEN: account.apiTokens[0]!.value,
      CLOUDFLARE_BASE_URL: server.baseUrl,
    });
    const answered = await readWholeAccount(
      accountReader(client, account.id, { freshMs: Infinity }),
      account.id,
      { signal: new AbortController().signal, say: () => undefined },
    );
    return {
      ...toAccountFile(answered, { keepNames: false, ...options }),
      calls: server.api.calls,
      notRead: answered.usersNotRead,
    };
  } finally {
    await server.close();
  }
}

/** The account of a file, as of a certain time. */
export const built = (file: unknown): Account =>
  buildAccount(parseAccountFile(file, "a test"));

/** All that the API answers of an account: no API tokens, no counters of secrets. */
export function answered(account: Account): unknown {
  const { api_tokens, service_tokens, ...rest } = account.snapshot();
  void api_tokens;
  return {
    ...rest,
    users: [...account.users.values()].map(({ idp, ...user }) => {
      void idp;
      return user;
    }),
    service_tokens: JSON.parse(
      JSON.stringify(service_tokens, (key, value: unknown) =>
        key === "client_secret_version" ? undefined : value,
      ),
    ) as unknown,
  };
}
