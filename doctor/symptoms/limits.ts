import { type DoctorCheck, problem } from "../check";
import { PAGES } from "../pages";
import type { SymptomContext } from "./context";

export const bodySize: DoctorCheck<SymptomContext> = {
  id: "body-size",
  why: "Cloudflare refuses large bodies before they reach the tunnel.",
  page: `${PAGES.statusCodes}4xx-client-error/error-413/`,
  run: async ({ service: { hostname, localUrl, notes } }) =>
    problem(
      "either Cloudflare's edge, for a body above 100 MB (Free and Pro; 200 MB on Business), or the service with a limit of its own: the edge's answer ends with \"cloudflare\", the service's does not",
      `The edge's: send it in parts, or on the service's own host to ${localUrl}. The service's: raise its own limit.${own(notes?.limits?.largeBodies)}`,
      hostname,
    ),
};

export const firstByte: DoctorCheck<SymptomContext> = {
  id: "first-byte",
  why: "Cloudflare waits 100 to 120 seconds for an answer to begin, and only Enterprise zones can change that.",
  page: `${PAGES.statusCodes}cloudflare-5xx-errors/error-524/`,
  run: async ({ service: { hostname, localUrl, notes } }) =>
    problem(
      "the service took the request and began no answer in that time; whether it still works on it only its log tells",
      `Have it answer at once and ask for the result later, or ask it on its own host at ${localUrl}.${own(notes?.limits?.lateAnswers)}`,
      hostname,
    ),
};

/** What the service's preset says of it. */
function own(says: string | undefined): string {
  return says === undefined ? "" : ` Of this service: ${says}.`;
}
