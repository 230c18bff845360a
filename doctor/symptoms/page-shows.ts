import {
  CROSS_SITE_CAUSE,
  crossSiteRemedy,
} from "../../probe/checks/first-page";
import { navigation } from "../../probe/fetch-metadata";
import { type DoctorCheck, notChecked, problem } from "../check";
import { PAGES } from "../pages";
import { firstPageCheck } from "../checks/first-page";
import { problemBy } from "./answerer";
import { askAsMachine } from "./as-machine";
import type { SymptomContext } from "./context";

export const pageShows: DoctorCheck<SymptomContext> = {
  id: "page-shows",
  why: "An answer without a body is a blank page, whatever its status: a login is followed by one where Caddy or the service refuses.",
  page: PAGES.tunnels,
  async run(context) {
    const { path = "/", service } = context;
    const { hostname, pageText } = service;
    const afterLogin = await askAsMachine(
      context,
      path,
      navigation("cross-site"),
    );
    const { kept, status, text, url } = afterLogin;
    if (kept !== undefined) return notChecked(kept, url);
    if (status === 403) {
      const typed = await askAsMachine(context, path, navigation("none"));
      if (typed.status < 400)
        return {
          ...problem(
            `403 on the way back from the login, ${typed.status} from the address bar: ${CROSS_SITE_CAUSE}`,
            `${crossSiteRemedy(hostname)}.`,
            url,
          ),
          why: firstPageCheck.why,
          page: firstPageCheck.page,
        };
    }
    if (text.includes(pageText))
      return notChecked(
        `the page itself comes (${status}): what it loads is refused, look at the browser's console, and try --path with what fails there`,
        url,
      );
    const nothing = text === "" ? ", and nothing in it" : "";
    return problemBy(afterLogin, `answered ${status}${nothing}`);
  },
};
