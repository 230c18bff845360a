import type { Rule } from "../rule";

export const noLoginMethodPinned: Rule = {
  id: "no-login-method-pinned",
  title: "No login method pinned",
  why: "People may then use every login method of the account, one that somebody adds later included.",
  remedy: "Name the login methods of the application: loginMethods.",
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
        what: "any login method of the account will do",
      })),
};
