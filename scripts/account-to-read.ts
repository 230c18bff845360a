import { UsageError } from "../base/usage-error";

/**
 * The account to read.
 *
 * @param what what reads it, for the message: "a review"
 * @throws UsageError where it, or the token, is not named
 */
export function accountToRead(
  env: NodeJS.ProcessEnv,
  what = "a review",
): string {
  const id = env.CLOUDFLARE_ACCOUNT_ID;
  const faults = [
    !id && "CLOUDFLARE_ACCOUNT_ID is not set: copy it from the dashboard",
    !env.CLOUDFLARE_API_TOKEN &&
      `CLOUDFLARE_API_TOKEN is not set: ${what} reads the account; a token with read permissions is enough`,
  ].filter((fault) => typeof fault === "string");
  if (!id || faults.length > 0) throw new UsageError("Settings", faults);
  return id;
}
