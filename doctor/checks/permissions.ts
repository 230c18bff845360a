import {
  answerOf,
  codesOf,
  statusOf,
  twiceIfRefused,
} from "../../account/api-errors";
import { NotKnown } from "../../account/not-known";
import { type DoctorCheck, notChecked, ok, problem } from "../check";
import type { AccountContext } from "../context";
import { PAGES } from "../pages";
import { HARMLESS_CALLS, NO_ID_THERE } from "../permission-calls";

/**
 * What the API token may do. A token can't ask what it may, so each permission
 * is tried with a call that has no effect whatever the answer.
 *
 * @see https://developers.cloudflare.com/fundamentals/api/reference/permissions/
 */
export const permissionsCheck: DoctorCheck<AccountContext> = {
  id: "permission",
  why: "A deploy that lacks one stops halfway.",
  page: PAGES.apiTokens,
  async run(context) {
    const { status } = await context.account.apiToken();
    if (status !== "active")
      throw new NotKnown(`the API token is ${status}, so it may do nothing`);
    return Promise.all(
      HARMLESS_CALLS.map(async ({ call, permission }) => {
        try {
          await twiceIfRefused(() => call(context));
          return ok(`the token has it`, permission);
        } catch (error) {
          return judge(error, permission);
        }
      }),
    );
  },
};

/** What a refusal says about the permission. */
function judge(error: unknown, permission: string) {
  if (error instanceof NotKnown) return notChecked(error.message, permission);
  const status = statusOf(error);
  const understood = !codesOf(error).some((code) => NO_ID_THERE.includes(code));
  if (understood && (status === 400 || status === 404))
    return ok(
      `the token has it (an empty edit was answered ${status}, not 403)`,
      permission,
    );
  const lacking = codesOf(error).some((code) => [10000, 9109].includes(code));
  if (lacking || status === 401)
    return problem(
      "the token lacks it",
      `Edit the token and add "${permission}", for this account or zone.`,
      permission,
    );
  return notChecked(answerOf(error), permission);
}
