import { listOf } from "../../review/findings/finding";
import type { Breach, Rule } from "../rule";

export const secretStore: Rule = {
  id: "secret-store",
  title: "A secret written to an unconfigured store",
  why: "Anyone who can read it there has the service token and gets in with it.",
  remedy:
    "If the Google Cloud project is yours, set ACCESS_GOOGLE_PROJECT to it, or write a waiver that says so.",
  check: ({ plans, secretStore: configured }) =>
    plans.flatMap(({ secretPlaces = [], stack }): Breach[] => {
      const others = secretPlaces.filter(
        ({ before, project }) =>
          project === undefined || (project !== configured && !before),
      );
      const projects = [...new Set(others.map(({ project }) => project))];
      return projects.map((project) => ({
        stack,
        about: project ?? "an unknown project",
        what: `${listOf(others.filter((one) => one.project === project).map(({ address }) => address))}: written to ${project === undefined ? "a Google Cloud project that is not known before the deploy" : `the Google Cloud project ${project}`}, and ${configured === undefined ? "ACCESS_GOOGLE_PROJECT is not set" : `ACCESS_GOOGLE_PROJECT is ${configured}`}`,
      }));
    }),
};
