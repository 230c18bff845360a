import { parseUri } from "./path-pattern";

/**
 * Whether a destination of an application covers all of a host, however it is
 * written: `HOST`, `HOST/`, `HOST/*`, in any case of letters. Of these, Access
 * takes `HOST/*` for the more specific one.
 */
export function isWholeHost(uri: string, hostname: string): boolean {
  const { host, path } = parseUri(uri);
  return host === hostname && /^(\/\*+)?$/.test(path);
}

/** Equal for two spellings of a host and path. */
export function keyOf(uri: string): string {
  const { host, path } = parseUri(uri);
  return host + path;
}

/** Whether a destination is of a host: all of it, or one of its paths. */
export function isOfHost(uri: string, hostname: string): boolean {
  return parseUri(uri).host === hostname;
}
