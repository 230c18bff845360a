import { routeDetails } from "../details";
import type { Rule } from "../rule";

export const publicHost: Rule = {
  id: "public-host",
  title: "A host without an application",
  why: "Without an application, anyone who finds the hostname can reach it.",
  remedy:
    "Add an application for the host; every host of a ServiceStack has one.",
  check: (managed) =>
    managed.hosts
      .filter(({ host }) => managed.strangerAt(host) === "no_application")
      .map(({ host, stack }) => ({
        stack,
        about: host,
        what: "no application in the account covers it",
        details: routeDetails({ host, stack }, managed),
      })),
};
