import { type DoctorCheck, notChecked } from "../check";
import { PAGES } from "../pages";
import { problemBy } from "./answerer";
import { askAsMachine } from "./as-machine";
import type { SymptomContext } from "./context";

/** The last to be asked: by now tunnel and rule are in order. */
export const serviceAnswers: DoctorCheck<SymptomContext> = {
  id: "service-answers",
  why: "cloudflared answers 502 where it can't reach the service, and Cloudflare's page replaces every other 502.",
  page: PAGES.tunnels,
  async run(context) {
    const { path, service } = context;
    const answer = await askAsMachine(context, path ?? service.apiPath);
    const { kept, status, url } = answer;
    if (kept !== undefined) return notChecked(kept, url);
    if (status < 500)
      return notChecked(
        `answered ${status} just now: the service is back, or fails at times`,
        url,
      );
    return problemBy(answer);
  },
};
