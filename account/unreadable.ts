import { statusOf } from "./api-errors";
import type { ApiToken } from "./api-token";
import { Cloudflare } from "./cloudflare";
import { NotKnown } from "./not-known";
import { whyRefused } from "./refusal";

/**
 * Why something of the account can't be read. Errors that are not Cloudflare's
 * stay as they are.
 *
 * @param what for example "DNS records"
 * @param permission that reading it takes, as the dashboard calls it
 */
export async function unreadable(
  what: string,
  permission: string,
  error: unknown,
  apiToken: () => Promise<ApiToken>,
): Promise<unknown> {
  if (!(error instanceof Cloudflare.APIError)) return error;
  const because = (why: string) =>
    new NotKnown(`can't read ${what}: ${why}`, { cause: error });
  if ([400, 401, 403].includes(statusOf(error) ?? 0)) {
    const token = await apiToken().catch(() => undefined);
    if (token && token.status !== "active")
      return because(`the API token is ${token.status}`);
  }
  return because(whyRefused(error, [permission]));
}
