import { goDuration } from "../../base/duration";
import type { Rule } from "../rule";

/** In milliseconds. */
const WEEK = 7 * 24 * 3_600_000;

const length = (duration: string) => goDuration(duration) ?? Infinity;

function isTooLong(duration: string | null | undefined): duration is string {
  return Boolean(duration) && length(duration ?? "") > WEEK;
}

export const sessionTooLong: Rule = {
  id: "session-too-long",
  title: "A session longer than a week",
  why: "People who lose access keep it until their session ends or is revoked.",
  remedy: "Set a shorter sessionDuration.",
  check: (managed) =>
    managed.applications.flatMap(({ application, policies, stack, uris }) => {
      const durations = policies
        .filter(({ decision }) => decision === "allow")
        // The policy's wins.
        .map(
          (policy) => policy.session_duration || application.session_duration,
        )
        .filter(isTooLong);
      const [longest] = durations.sort((a, b) => length(b) - length(a));
      return longest
        ? [{ stack, about: uris.join(", "), what: `sessions last ${longest}` }]
        : [];
    }),
};
