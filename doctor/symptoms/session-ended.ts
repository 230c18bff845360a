import { isFromAccess } from "../../probe/who-answered";
import { type DoctorCheck, notChecked, problem } from "../check";
import { PAGES } from "../pages";
import { ownApplication, type SymptomContext } from "./context";

/** What the scripts of an open page get once the login is over. */
export const sessionEnded: DoctorCheck<SymptomContext> = {
  id: "session-ended",
  why: "Access sends every request without a session to the login, those of an open page's scripts too: they can't follow it to another site.",
  page: PAGES.applications,
  async run(context) {
    const { outside, service } = context;
    const { apiPath, hostname } = service;
    const url = `https://${hostname}${apiPath}`;
    const [plain, xhr] = await Promise.all([
      outside.ask(url),
      outside.ask(url, { headers: { "x-requested-with": "XMLHttpRequest" } }),
    ]);
    if (!isFromAccess(plain))
      return notChecked(
        `answered ${plain.status} without a session, not by Access`,
        url,
      );
    const length = (await ownApplication(context))?.session_duration;
    return problem(
      `once a login is over${length ? ` (after ${length})` : ""}, scripts of a page that stays open get ${plain.status}${plain.status === 302 ? " to the login, which a browser reports as a CORS error" : ""}${xhr.status === plain.status ? "" : `, or ${xhr.status} where they send X-Requested-With: XMLHttpRequest`}`,
      "Reload the page: it leads through the login and back. For longer logins set sessionDuration in main.ts and deploy.",
      url,
    );
  },
};
