import { Cloudflare } from "./cloudflare";
import { refusedCall } from "./fetch-named";

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

/**
 * Whether a call may do well in a moment: it was throttled, for which Access
 * answers 403 too, got no answer, or failed on Cloudflare's side.
 */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof Cloudflare.APIError)) return false;
  const status = statusOf(error);
  return status === undefined || [403, 429].includes(status) || status >= 500;
}

/** What Cloudflare answered, in one line. */
export function answerOf(error: unknown): string {
  const status = statusOf(error);
  if (status === undefined)
    return `Cloudflare can't be reached (${(error as Error).message})`;
  const { errors, headers } = error as InstanceType<typeof Cloudflare.APIError>;
  const [first] = errors;
  const call = refusedCall(headers);
  return [
    `Cloudflare answered ${status}`,
    first && `, ${first.code}: ${first.message}`,
    call && ` (${call})`,
  ].join("");
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
