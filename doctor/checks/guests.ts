import { stillAdmitted } from "../../account/still-admitted";
import { isOver } from "../../contract/guests";
import { type DoctorCheck, ok, problem } from "../check";
import type { ServiceContext } from "../context";
import { PAGES } from "../pages";

export const guestsCheck: DoctorCheck<ServiceContext> = {
  id: "guests",
  why: "A guest whose day is over is out with the next deploy, and not before.",
  page: PAGES.applications,
  async run({ account, now, service: { guests = [], hostname, name } }) {
    if (guests.length === 0) return [];
    const over = guests.filter((guest) => isOver(guest, now));
    const inside = stillAdmitted(
      await account.applications(),
      hostname,
      over.map(({ email }) => email),
    );
    return guests.map((guest) => {
      const { email, said } = guest;
      if (inside.includes(email))
        return problem(
          `${email} was allowed until ${said}, and is admitted still`,
          `Deploy (npm run deploy -- ${name}), then end their sessions: npm run revoke -- ${name} --person ${email}`,
          email,
        );
      return isOver(guest, now)
        ? ok(
            `${email} was allowed until ${said}, and no policy names them`,
            email,
          )
        : ok(`${email} is allowed until ${said}`, email);
    });
  },
};
