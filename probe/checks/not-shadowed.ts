import { oncePer } from "../../base/once-per";
import {
  ApplicationIndex,
  publicDestinations,
} from "../../access/match-application";
import type { Application } from "../../access/model";
import { parseUri } from "../../access/path-pattern";
import { isWholeHost } from "../../access/whole-host";
import { withoutPlace } from "../../access/without-place";
import {
  broken,
  kept,
  NO_ACCOUNT,
  notChecked,
  type ProbeCheck,
} from "../check";
import { isLeftTo } from "../promised";

/** Once for all services: the reader answers with the same list as long as it is fresh. */
const readyToCompare = oncePer((applications: readonly Application[]) => ({
  index: new ApplicationIndex(applications.map((one) => [one, one] as const)),
  places: applications
    .flatMap(publicDestinations)
    .map(({ uri }) => parseUri(uri ?? "")),
}));

/**
 * Of all applications the most specific counts, and it inherits nothing from
 * wider ones.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/app-paths/
 */
export const notShadowed: ProbeCheck = {
  id: "not-shadowed",
  promise: "No other application takes a part of the host",
  lasting: true,
  async run(deployed, { account }) {
    const { aud, furtherTokens = [], hostname, openPaths = [] } = deployed;
    const { promises = [] } = deployed;
    if (!account) return notChecked(NO_ACCOUNT);
    const applications = await account.applications();
    const own = applications.find((one) => one.aud === aud);
    if (!own)
      return broken(
        "the application is not in the account",
        "someone deleted or recreated it",
        "deploy the stack again",
      );
    const ours = [
      ...openPaths,
      ...furtherTokens.flatMap((token) => token.paths ?? []),
    ];
    const { index, places } = readyToCompare(applications);
    const paths = places
      .filter(({ host }) => host === hostname || host.includes("*"))
      .map(({ path }) => path.replaceAll("*", "probe"));
    const left: string[] = [];
    for (const path of ["/", ...paths]) {
      const owner = index.find(hostname, path)?.owner;
      if (owner?.aud === aud || ours.includes(path)) continue;
      if (owner && isLeftTo(owner, own, path, promises)) {
        left.push(`${path} to "${owner.name}"`);
        continue;
      }
      return broken(
        `${hostname}${path} belongs to the application ${owner?.name ?? "of nobody"}`,
        "a more specific application takes precedence over ours and has its own policies",
        path === "/"
          ? wayBack(hostname, own, owner)
          : `${owner ? `if it is not intended, ${withoutPlace(owner, hostname, path)}` : "deploy the stack again"}: the service's own then covers the path, and whoever it alone admits is refused; if the path should be open to everyone, name it in openPaths after that; to leave it to that application, promise the path to each of its policies in main.ts (promises)`,
      );
    }
    return kept(
      left.length > 0
        ? `ours covers the host, and promises leave ${left.join(", ")}`
        : "ours covers the whole host",
    );
  },
};

/** What gives the host to the service's application again. */
function wayBack(
  hostname: string,
  own: Application,
  other: Application | undefined,
): string {
  const isThere = publicDestinations(own).some(({ uri }) =>
    isWholeHost(uri ?? "", hostname),
  );
  // A deploy leaves another application as it is.
  return other && isThere
    ? `${withoutPlace(other, hostname, "/")}: the service's own then covers the host`
    : "deploy the stack again, so that its own application covers the host; keep the other one until then";
}
