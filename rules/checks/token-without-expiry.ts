import type { Rule } from "../rule";

export const tokenWithoutExpiry: Rule = {
  id: "token-without-expiry",
  title: "A service token that never ends",
  why: "One that was lost or forgotten opens the service for ever.",
  remedy: "Give it a duration of a year at most, and rotate it.",
  check: (managed) =>
    managed.tokens
      .filter(({ after }) => after.duration === "forever")
      .map(({ after, stack }) => ({
        stack,
        about: after.name ?? "",
        what: "is valid for ever",
      })),
};
