import { parseUri } from "../../access/path-pattern";
import { policyDetails } from "../details";
import type { Rule } from "../rule";
import { quoted } from "../../base/quoted";

export const bypassWiderThanPaths: Rule = {
  id: "bypass-wider-than-paths",
  title: "A bypass outside the declared open paths",
  why: "Neither Access nor the connector checks or logs bypassed requests.",
  remedy: "Add the path to openPaths, or remove the bypass.",
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
          ? `the policy ${quoted(bypass.name ?? "")} admits everyone it matches, without a login`
          : "a destination opens some of its paths to everyone",
        details: bypass
          ? policyDetails(bypass, managed)
          : JSON.stringify(application.destinations),
      }));
    }),
};
