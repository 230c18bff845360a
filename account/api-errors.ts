import Cloudflare from "cloudflare";
import type { ApiToken } from "./api-token";
import { NotKnown } from "./not-known";

/** Zero Trust was never switched on in the account. */
export const NOT_ENABLED = 9999;

/** Codes of an answer of Cloudflare; none where there was no answer. */
export function codesOf(error: unknown): number[] {
  return error instanceof Cloudflare.APIError
    ? error.errors.map(({ code }) => Number(code))
    : [];
}

/** HTTP status of an answer; undefined where there was none. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Cloudflare.APIError && error.status !== undefined
    ? Number(error.status)
    : undefined;
}

/** What Cloudflare answered, in one line. */
export function answerOf(error: unknown): string {
  const status = statusOf(error);
  if (status === undefined)
    return `Cloudflare can't be reached (${(error as Error).message})`;
  const [first] = (error as InstanceType<typeof Cloudflare.APIError>).errors;
  return first
    ? `Cloudflare answered ${status}, ${first.code}: ${first.message}`
    : `Cloudflare answered ${status}`;
}

/**
 * Asks, and once more where the answer is 403: Access throttles tokens that are
 * in order with it at times, where a missing permission is refused again.
 */
export async function twiceIfRefused<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (statusOf(error) !== 403 || codesOf(error).includes(NOT_ENABLED))
      throw error;
    await new Promise((resolve) => setTimeout(resolve, 500));
    return await ask();
  }
}

/**
 * Why something of the account can't be read. Errors that are not Cloudflare's
 * stay as they are.
 *
 * @param what for example "DNS records"
 */
export async function unreadable(
  what: string,
  error: unknown,
  apiToken: () => Promise<ApiToken>,
): Promise<unknown> {
  if (!(error instanceof Cloudflare.APIError)) return error;
  const because = (why: string) =>
    new NotKnown(`can't read ${what}: ${why}`, { cause: error });
  if (codesOf(error).includes(NOT_ENABLED))
    return because("Zero Trust is not switched on");
  if (![400, 401, 403].includes(statusOf(error) ?? 0))
    return because(answerOf(error));
  const token = await apiToken().catch(() => undefined);
  if (token && token.status !== "active")
    return because(`the API token is ${token.status}`);
  return because(
    statusOf(error) === 403
      ? `the API token may not (${answerOf(error)})`
      : answerOf(error),
  );
}
