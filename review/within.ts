import { normalizePath } from "../access/normalize-path";
import { pathExpression } from "../access/path-pattern";
import { decodePath } from "../ingress/match";
import type { Target } from "./places";

/** What a service may tidy up to another path than it seems. */
export const ODD = "(^|/)\\.\\.?(/|$)|//|\\\\|;|%|[\\x00-\\x1f\\x7f]";

/** `/*` is every path; else as an application's path. */
export function pathOf(path: string): string {
  return path === "/" || path === "/*" ? "" : path;
}

/** Whether everyone who reads a request's path takes it for one of some paths. */
export function isWithin(target: Target, paths: readonly string[]): boolean {
  if (paths.some((path) => pathOf(path) === "")) return true;
  const normal = normalizePath(target.path, target.normalization ?? "rfc3986");
  const decoded = decodePath(target.path) ?? target.path;
  if (new RegExp(ODD).test(decoded)) return false;
  return paths.some((path) => {
    const expression = new RegExp(pathExpression(path), "s");
    return expression.test(normal) && expression.test(decoded);
  });
}
