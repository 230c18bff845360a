import { cloudflareClient } from "../account/client";
import { accountReader } from "../account/account-reader";
import { internet } from "../probe/internet";
import { internetOptions } from "../probe/locate";
import type { World } from "../probe/world";
import { loadSettings } from "../settings";

/** Looks at the services as the world does, and at the account, and lets go of both. */
export async function fromOutside<T>(
  env: NodeJS.ProcessEnv,
  look: (world: World) => Promise<T>,
): Promise<T> {
  const outside = internet(internetOptions(env));
  const { accountId } = loadSettings(env);
  try {
    return await look({
      ...outside,
      account: accountReader(cloudflareClient(env), accountId),
    });
  } finally {
    await outside.close();
  }
}
