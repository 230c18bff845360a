import type { Rule } from "../rule";

export const publicHost: Rule = {
  id: "public-host",
  title: "A host without an application",
  why: "Whatever has no application before it is open to everyone who finds its name.",
  remedy: "Give the host an application: every host of a ServiceStack has one.",
  check: (managed) =>
    managed.hosts
      .filter(({ host }) => managed.strangerAt(host) === "no_application")
      .map(({ host, stack }) => ({
        stack,
        about: host,
        what: "no application of the account covers it",
      })),
};
