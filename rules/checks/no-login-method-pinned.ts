import type { Rule } from "../rule";

export const noLoginMethodPinned: Rule = {
  id: "no-login-method-pinned",
  title: "No login method pinned",
  why: "People may then use any login method of the account, including ones added later.",
  remedy: "List the application's login methods in loginMethods.",
  check: (managed) =>
    managed.applications
      .filter(
        ({ application, policies, unknown }) =>
          policies.some(({ decision }) => decision === "allow") &&
          (application.allowed_idps ?? []).length === 0 &&
          !unknown.includes("allowed_idps"),
      )
      .map(({ stack, uris }) => ({
        stack,
        about: uris.join(", "),
        what: "accepts any login method of the account",
      })),
};
