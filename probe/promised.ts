import type { Application } from "../access/model";
import { pathExpression } from "../access/path-pattern";
import type { AccessPromise } from "../contract/promises";

/** Whether a request for a path, in plain spelling, is one for some paths of a promise. */
export function isWithin(target: string, paths: readonly string[]): boolean {
  return paths.some((path) =>
    path === "/" || path === "/*"
      ? true
      : !/%|;|\/\/|\.\./.test(target) &&
        new RegExp(pathExpression(path), "s").test(target),
  );
}

/**
 * Whether the code promises a path to whoever another application admits there:
 * by each of its policies, which the service's own has no namesake of.
 */
export function isLeftTo(
  other: Application,
  own: Application,
  path: string,
  promises: readonly AccessPromise[],
): boolean {
  const names = ({ policies }: Application) =>
    (policies ?? [])
      .filter((one) => typeof one === "string" || one.decision !== "deny")
      .map((one) => (typeof one === "string" ? undefined : one.name));
  const ours = names(own);
  const theirs = names(other);
  return (
    theirs.length > 0 &&
    theirs.every(
      (name) =>
        !ours.includes(name) &&
        promises.some(
          ({ paths, who }) =>
            who.kind === "policy" && who.name === name && isWithin(path, paths),
        ),
    )
  );
}
