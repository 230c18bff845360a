import { findMatchingRule } from "../../ingress/match";
import { type DoctorCheck, ok, problem } from "../check";
import { PAGES } from "../pages";
import type { SymptomContext } from "./context";

export const ruleLeadsToService: DoctorCheck<SymptomContext> = {
  id: "rule-leads-to-service",
  why: "The connector asks the service that the first fitting rule names.",
  page: PAGES.tunnels,
  async run({ account, service: { hostname, name, routes } }) {
    const { rules = [] } = await account.configuration();
    const found = rules[findMatchingRule(rules, hostname, "/")];
    const wanted = routes.find(({ rule }) => !rule.path)?.rule.service;
    return found?.service === wanted
      ? ok(`the rule leads to ${wanted}`, hostname)
      : problem(
          `requests go to ${found?.service ?? "nowhere"}, not to ${wanted}`,
          `Deploy again (npm run deploy -- ${name}), and find out who wrote the tunnel.`,
          hostname,
        );
  },
};
