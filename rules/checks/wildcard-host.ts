import { routeDetails } from "../details";
import type { Rule } from "../rule";

export const wildcardHost: Rule = {
  id: "wildcard-host",
  title: "A wildcard in a host",
  why: "A wildcard covers one label in Access but any depth in a tunnel, so unexpected hosts reach the service.",
  remedy: "Name each host, in its own stack.",
  check: (managed) =>
    managed.hosts
      .filter(({ host }) => host.includes("*"))
      .map(({ host, stack }) => ({
        stack,
        about: host,
        what: "matches hosts that are not named",
        details: routeDetails({ host, stack }, managed),
      })),
};
