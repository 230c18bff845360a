import { type DoctorCheck, notChecked, ok } from "../check";
import type { ServiceContext } from "../context";
import { PAGES } from "../pages";

/** Told before they hurt: nothing can be done about them in a deploy. */
export const limitsCheck: DoctorCheck<ServiceContext> = {
  id: "limits",
  why: "Cloudflare answers 413 to bodies above 100 MB (Free and Pro; 200 MB on Business), and 524 when a response has not begun after about 100 seconds.",
  page: PAGES.statusCodes,
  async run({ service: { hostname, notes } }) {
    const all = [
      ["413", "bodies above 100 MB", notes?.limits?.largeBodies],
      ["524", "no response within 100 s", notes?.limits?.lateAnswers],
    ] as const;
    return all.map(([status, what, said]) =>
      said === undefined
        ? notChecked(
            `${status}, ${what}: not known whether it is affected: add what you find out to the limits of its service`,
            hostname,
          )
        : ok(`${status}, ${what}: ${said}`, hostname),
    );
  },
};
