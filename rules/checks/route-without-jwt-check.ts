import { matchesPath } from "../../ingress/match";
import { openPathPattern } from "../../ingress/open-path";
import { tokenDemand } from "../../ingress/token-demand";
import type { Rule } from "../rule";

/**
 * Whether a route takes no more than an open path: its very pattern, or one
 * path below it. Of others we don't know which spellings they let in.
 */
function isWithin(pattern: string, open: string): boolean {
  if (pattern === openPathPattern(open)) return true;
  const [, literal] = /^\^((?:[\w/~-]|\\\.)+)\$$/.exec(pattern) ?? [];
  const path = literal?.replaceAll("\\.", ".");
  return (
    path !== undefined && matchesPath({ path: openPathPattern(open) }, path)
  );
}

export const routeWithoutJwtCheck: Rule = {
  id: "route-without-jwt-check",
  title: "A route without the Access JWT check",
  why: "If the application is deleted, or there is another way into the tunnel, requests bypass Access.",
  remedy:
    "Set access on the route; all routes of a ServiceStack have it, except open paths.",
  check: (managed) =>
    managed.routes
      .filter(({ after, stack }) => {
        const { path, rule } = after;
        if (rule.service?.startsWith("http_status:")) return false;
        if (tokenDemand(rule)?.auds.length) return false;
        return !managed
          .openPaths(stack)
          .some((open) => isWithin(path ?? "", open));
      })
      .map(({ after, stack }) => ({
        stack,
        about: after.hostname + (after.path ? ` ${after.path}` : ""),
        what: `leads to ${after.rule.service ?? "the service"} without a JWT check`,
      })),
};
