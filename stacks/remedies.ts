/** What to do about what constructs find missing, in the words of this project. */

export const LOGIN_METHOD_REMEDY =
  "Deploy the stack that makes it first, or set ACCESS_LOGIN_METHOD to one of these.";

export const GROUP_REMEDY =
  "Write one of these in allowedGroups, or add it to the groups of the identity stack and deploy that first.";

/**
 * For login methods and groups that several have the name of.
 *
 * @param maker the stack that makes one of the name, which a deploy would name so again
 */
export function severalRemedy(maker: string | undefined): string {
  return maker === undefined
    ? "If an interrupted deploy made one of them, run: npm run adopt -- STACK, with the stack that makes it. Else rename all but one of them in Zero Trust."
    : `The stack ${maker} makes one of them. If an interrupted deploy made another, run: npm run adopt -- ${maker}. Else rename the other one in Zero Trust, or give the stack's own another name in the code.`;
}

export const NOBODY =
  "nobody is named who may log in: give allowedEmails, allowedEmailDomains or allowedGroups, or set ACCESS_ALLOWED_EMAILS or ACCESS_ALLOWED_EMAIL_DOMAINS";
