import { type DoctorCheck, notChecked } from "../check";
import { PAGES } from "../pages";
import { problemBy } from "./answerer";
import { askAsMachine } from "./as-machine";
import type { SymptomContext } from "./context";

/** Names who gives an answer with one of these statuses, and why. */
export function whoAnswers(
  statuses: readonly number[],
  where: (context: SymptomContext) => string = ({ path, service }) =>
    path ?? service.apiPath,
): DoctorCheck<SymptomContext> {
  return {
    id: "who-answers",
    why: "Access, Cloudflare's edge, the connector, Caddy and the service answer with the same statuses, each for reasons of its own.",
    page: PAGES.tunnels,
    async run(context) {
      const answer = await askAsMachine(context, where(context));
      const { kept, status, url } = answer;
      if (kept !== undefined) return notChecked(kept, url);
      if (!statuses.includes(status))
        return notChecked(
          `GET is answered ${status} just now: ${context.path === undefined ? "give the path where it is seen with --path" : "it is seen at other times only, or with another method or body"}`,
          url,
        );
      return problemBy(answer);
    },
  };
}
