import { parseUri } from "../../access/path-pattern";
import type { Rule } from "../rule";

export const bypassWiderThanPaths: Rule = {
  id: "bypass-wider-than-paths",
  title: "A bypass beyond the open paths that are named",
  why: "A bypass is neither logged nor checked, by Access or by the connector.",
  remedy: "Name the path in openPaths, or take the bypass away.",
  check: (managed) =>
    managed.applications.flatMap(({ application, policies, stack, uris }) => {
      const open = managed.openPaths(stack);
      const isNamed = (uri: string) => open.includes(parseUri(uri).path);
      const bypass = policies.find(({ decision }) => decision === "bypass");
      const overridden = (application.destinations ?? []).flatMap(
        ({ overrides, uri }) =>
          (overrides ?? []).some(({ behavior }) => behavior === "public")
            ? [uri ?? ""]
            : [],
      );
      const bypassed = bypass ? uris.filter((uri) => !isNamed(uri)) : [];
      return [...new Set([...bypassed, ...overridden])].map((about) => ({
        stack,
        about,
        what: bypass
          ? `the policy "${bypass.name ?? ""}" opens it to whoever it matches, without login`
          : "a destination opens paths of it to everyone",
      }));
    }),
};
