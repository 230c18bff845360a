import { ApplicationIndex, publicDestinations } from "./match-application";
import type { Application } from "./model";
import { isOfHost } from "./whole-host";

/**
 * How an application no longer decides for a host and path: deleted, it would
 * leave the other places that it is for to whoever asks. One that decides there
 * by a wildcard of hosts stays.
 */
export function withoutPlace(
  application: Application,
  hostname: string,
  path: string,
): string {
  const name = `"${application.name}"`;
  const uris = publicDestinations(application).map(({ uri }) => uri ?? "");
  const isHere = (uri: string) =>
    new ApplicationIndex([
      [{ type: application.type, domain: uri }, uri] as const,
    ]).find(hostname, path) !== undefined;
  const here = uris.filter(isHere);
  if (!here.every((uri) => isOfHost(uri, hostname)))
    return `keep ${name}, which is for other hosts too, and give ${hostname}${path} an application of its own (openPaths, or the paths of a token)`;
  return here.length < uris.length
    ? `remove ${here.join(", ")} from ${name}, which keeps the other places that it is for`
    : `delete ${name}`;
}
