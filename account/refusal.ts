import { API_TOKENS, ZERO_TRUST } from "../base/dashboard";
import { PAGE_INSTEAD } from "../base/page-instead";
import { answerOf, codesOf, NOT_ENABLED, statusOf } from "./api-errors";
import { Cloudflare } from "./cloudflare";

/**
 * What Cloudflare refused, as one message with the remedy. What is no answer
 * of Cloudflare comes back as it is.
 *
 * @param what that was asked for: "the sessions of ComfyUI can't be ended"
 * @param permissions any of which lets the API token do it, as the dashboard calls them
 */
export function refusal(
  error: unknown,
  what: string,
  ...permissions: string[]
): unknown {
  if (!(error instanceof Cloudflare.APIError)) return error;
  return new Error(`${what}: ${whyRefused(error, permissions)}`, {
    cause: error,
  });
}

/**
 * Why Cloudflare refused a call, and what to do about it.
 *
 * @param permissions any of which lets the API token do it
 */
export function whyRefused(
  error: unknown,
  permissions: readonly string[],
): string {
  if (codesOf(error).includes(NOT_ENABLED))
    return `Zero Trust was never switched on for this account (9999). Open ${ZERO_TRUST}, choose a team name and a plan, then retry`;
  switch (statusOf(error)) {
    case 403:
      if (codesOf(error).length === 0)
        return `${answerOf(error)}. ${PAGE_INSTEAD}. Try again later, or from another network`;
      return `the API token lacks a permission for this (${answerOf(error)}). Add the permission ${permissions.map((name) => `"${name}"`).join(" or ")} to it: ${API_TOKENS}`;
    case 429:
      return `${answerOf(error)}. The limit of 1,200 requests in 5 minutes is still exceeded after waiting: try again later`;
    default:
      return (statusOf(error) ?? 500) < 500
        ? answerOf(error)
        : `${answerOf(error)}. Try again later; https://www.cloudflarestatus.com lists incidents`;
  }
}
