import { type DoctorCheck, ok } from "../check";
import type { ServiceContext } from "../context";
import { PAGES } from "../pages";

/** Told before somebody wonders: nothing in a deploy changes it. */
export const otherLoginsCheck: DoctorCheck<ServiceContext> = {
  id: "other-logins",
  why: "Access asks for its login before the service asks for its own, and apps that are not browsers can't log in to Access.",
  page: PAGES.applications,
  async run({ service: { hostname, notes } }) {
    const { apps, ownLogin } = notes ?? {};
    return [
      ...(ownLogin === undefined
        ? []
        : [ok(`a second login: ${ownLogin}`, hostname)]),
      ...(apps === undefined ? [] : [ok(`apps: ${apps}`, hostname)]),
    ];
  },
};
