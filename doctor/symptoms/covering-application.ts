import { ApplicationIndex } from "../../access/match-application";
import { withoutPlace } from "../../access/without-place";
import { type DoctorCheck, ok, problem } from "../check";
import { PAGES } from "../pages";
import type { SymptomContext } from "./context";

export const coveringApplication: DoctorCheck<SymptomContext> = {
  id: "covering-application",
  why: "Only the most specific application decides; nothing is inherited from wider ones.",
  page: PAGES.applications,
  async run({ account, path, service }) {
    const { apiPath, applications, hostname, name } = service;
    const all = await account.applications();
    const index = new ApplicationIndex(all.map((it) => [it, it] as const));
    const isOwn = (application: (typeof all)[number]) =>
      applications.some(({ domain, id }) =>
        id === undefined
          ? domain === application.domain
          : id === application.id,
      );
    for (const asked of new Set(["/", apiPath, path ?? "/"])) {
      const found = index.find(hostname, asked)?.owner;
      const about = hostname + asked;
      if (!found)
        return problem(
          "no Access application covers it",
          `Deploy it: npm run deploy -- ${name}.`,
          about,
        );
      const own = isOwn(found);
      if (own) continue;
      const others = all.filter(({ id }) => id !== found.id);
      const below = new ApplicationIndex(
        others.map((it) => [it, it] as const),
      ).find(hostname, asked)?.owner;
      return problem(
        `"${found.name}" (${found.domain}) decides here, not the service's own application`,
        below && isOwn(below)
          ? `If it is not intended, ${withoutPlace(found, hostname, asked)}: the service's own application then decides here, and whoever this one alone admits is refused.`
          : `Keep it, or the host is public: deploy the service's own first (npm run deploy -- ${name}). Where that is refused, npm run doctor -- ${name} says how to take this one over.`,
        about,
      );
    }
    return ok("the service's own application decides", hostname);
  },
};
