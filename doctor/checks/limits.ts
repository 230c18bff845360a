import { type DoctorCheck, ok } from "../check";
import type { ServiceContext } from "../context";
import { PAGES } from "../pages";

/** Told before they hurt: nothing can be done about them in a deploy. */
export const limitsCheck: DoctorCheck<ServiceContext> = {
  id: "limits",
  why: "Cloudflare answers 413 to bodies above 100 MB (Free and Pro; 200 MB on Business), and 524 where an answer has not begun after about 100 seconds.",
  page: PAGES.statusCodes,
  async run({ service: { hostname, notes } }) {
    const { largeBodies, lateAnswers } = notes?.limits ?? {};
    return [
      ...(largeBodies === undefined
        ? []
        : [ok(`413, bodies above 100 MB: ${largeBodies}`, hostname)]),
      ...(lateAnswers === undefined
        ? []
        : [ok(`524, answers after 100 s: ${lateAnswers}`, hostname)]),
    ];
  },
};
