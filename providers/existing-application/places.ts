import { hostMatcher, parseUri } from "../../access/path-pattern";

/** Whether a place of an application may take requests to a host. */
export function mayBeOf(uri: string, host: string): boolean {
  const { host: pattern } = parseUri(uri);
  return pattern === host || hostMatcher(pattern)(host);
}

/** A path that a place takes. */
export function pathIn(uri: string): string {
  return parseUri(uri).path.replaceAll("*", "x") || "/";
}
