import { type DoctorCheck, ok, problem } from "../check";
import { PAGES } from "../pages";
import { ownApplication, type SymptomContext } from "./context";

/** The login leads back from another site, and a strict cookie stays home on that way. */
export const cookieComesBack: DoctorCheck<SymptomContext> = {
  id: "session-cookie",
  why: "After each login Access asks for its cookie on a request that another site led to; a browser without it is sent to the login again.",
  page: PAGES.applications,
  async run(context) {
    const { hostname, name } = context.service;
    const own = await ownApplication(context);
    const sameSite = own?.same_site_cookie_attribute;
    return typeof sameSite === "string" && sameSite.toLowerCase() === "strict"
      ? problem(
          "its cookie is SameSite=Strict, which browsers don't send on the way back from the login: Access asks again, until the browser stops",
          `Set sameSiteCookieAttribute: "lax" in main.ts and deploy (npm run deploy -- ${name}).`,
          hostname,
        )
      : ok("its cookie comes back from the login", hostname);
  },
};
