import { ApplicationIndex } from "../../access/match-application";
import { type Check, ok, problem } from "../check";
import { PAGES } from "../pages";
import type { SymptomContext } from "./context";

export const coveringApplication: Check<SymptomContext> = {
  id: "covering-application",
  why: "Only the most specific application decides; nothing is inherited from wider ones.",
  page: PAGES.applications,
  async run({ account, path, service }) {
    const { apiPath, applications, hostname, name } = service;
    const all = await account.applications();
    const index = new ApplicationIndex(all.map((it) => [it, it] as const));
    for (const asked of new Set(["/", apiPath, path ?? "/"])) {
      const found = index.find(hostname, asked)?.owner;
      const about = hostname + asked;
      if (!found)
        return problem(
          "no Access application covers it",
          `Deploy it: npm run deploy -- ${name}.`,
          about,
        );
      const own = applications.some(
        ({ domain, id }) =>
          id === found.id || (id === undefined && domain === found.domain),
      );
      if (!own)
        return problem(
          `"${found.name}" (${found.domain}) decides here, not the service's own application`,
          "Deploy the service's own, or remove the other where its path is longer.",
          about,
        );
    }
    return ok("the service's own application decides", hostname);
  },
};
