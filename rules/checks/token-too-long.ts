import { goDuration } from "../../base/duration";
import type { Rule } from "../rule";

/** In milliseconds. */
const YEAR = 8760 * 3_600_000;

export const tokenTooLong: Rule = {
  id: "token-too-long",
  title: "A service token valid for more than a year",
  why: "The longer a secret lives, the more places it leaks to.",
  remedy:
    "Set a duration of at most 8760h, and extend the token before it expires.",
  check: (managed) =>
    managed.tokens
      .filter(({ after }) => (goDuration(after.duration ?? "") ?? 0) > YEAR)
      .map(({ after, stack }) => ({
        stack,
        about: after.name ?? "",
        what: `is valid for ${after.duration ?? ""}`,
      })),
};
