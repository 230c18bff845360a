import type { Rule } from "../rule";

export const wildcardHost: Rule = {
  id: "wildcard-host",
  title: "A wildcard in a host",
  why: "A wildcard means one label in Access and any depth in a tunnel: hosts that nobody thought of lead to the service.",
  remedy: "Name each host, with a stack of its own.",
  check: (managed) =>
    managed.hosts
      .filter(({ host }) => host.includes("*"))
      .map(({ host, stack }) => ({
        stack,
        about: host,
        what: "stands for hosts that are not named",
      })),
};
