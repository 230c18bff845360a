import { type DoctorCheck, notChecked, ok } from "../check";
import type { ServiceContext } from "../context";
import { PAGES } from "../pages";

/** Told before they hurt: nothing can be done about them in a deploy. */
export const limitsCheck: DoctorCheck<ServiceContext> = {
  id: "limits",
  why: "Cloudflare answers 413 to bodies above 100 MB (Free and Pro; 200 MB on Business), and 524 where an answer has not begun after about 100 seconds.",
  page: PAGES.statusCodes,
  async run({ service: { hostname, notes } }) {
    const all = [
      ["413", "bodies above 100 MB", notes?.limits?.largeBodies],
      ["524", "answers after 100 s", notes?.limits?.lateAnswers],
    ] as const;
    return all.map(([status, what, said]) =>
      said === undefined
        ? notChecked(
            `${status}, ${what}: whether it meets them is not known: write into the limits of its service what you find out`,
            hostname,
          )
        : ok(`${status}, ${what}: ${said}`, hostname),
    );
  },
};
