import { durationSeconds } from "../../access/duration";
import type { Rule } from "../rule";

/** In seconds. */
const YEAR = 8760 * 60 * 60;

export const tokenTooLong: Rule = {
  id: "token-too-long",
  title: "A service token that is valid for more than a year",
  why: "The longer a secret lives, the more places know it.",
  remedy: "Give it a duration of 8760h at most, and extend it when it ends.",
  check: (managed) =>
    managed.tokens
      .filter(
        ({ after }) => (durationSeconds(after.duration ?? "") ?? 0) > YEAR,
      )
      .map(({ after, stack }) => ({
        stack,
        about: after.name ?? "",
        what: `is valid for ${after.duration ?? ""}`,
      })),
};
