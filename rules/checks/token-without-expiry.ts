import type { Rule } from "../rule";

export const tokenWithoutExpiry: Rule = {
  id: "token-without-expiry",
  title: "A service token that never expires",
  why: "A lost or forgotten token admits its holder forever.",
  remedy: "Set a duration of at most a year and deploy: id and secret stay.",
  check: (managed) =>
    managed.tokens
      .filter(({ after }) => after.duration === "forever")
      .map(({ after, stack }) => ({
        stack,
        about: after.name ?? "",
        what: "never expires",
      })),
};
