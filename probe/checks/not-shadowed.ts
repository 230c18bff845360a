import { oncePer } from "../../base/once-per";
import {
  ApplicationIndex,
  publicDestinations,
} from "../../access/match-application";
import type { Application } from "../../access/model";
import { parseUri, pathExpression } from "../../access/path-pattern";
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
import { decidingTunnels, reachedRule } from "../where-it-leads";
import { NotKnown } from "../../account/not-known";
import type { AccountReader } from "../../account/account-reader";
import { plainPattern } from "../../ingress/open-path";
import { ruleOfPath } from "../../ingress/protect-rule";
import { tokenDemand } from "../../ingress/token-demand";

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
      .map(({ path }) => path);
    const left: string[] = [];
    for (const place of ["/", ...paths]) {
      const path = place.replaceAll("*", "probe");
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
          : `${owner ? `if it is not intended, ${withoutPlace(owner, hostname, path)}` : "deploy the stack again"}: the service's own then covers the path, and whoever it alone admits is refused; if the path should be open to everyone, name it in openPaths after that${owner ? await leaving(owner, place, hostname, account) : ""}`,
      );
    }
    return kept(
      left.length > 0
        ? `ours covers the host, and promises leave ${left.join(", ")}`
        : "ours covers the whole host",
    );
  },
};

/** What leaves a path to its application, where the code can say it. */
async function leaving(
  owner: Application,
  place: string,
  hostname: string,
  account: AccountReader,
): Promise<string> {
  const decisions = (owner.policies ?? []).map((one) =>
    typeof one === "string" ? undefined : one.decision,
  );
  const letting = decisions.filter((decision) => decision !== "deny");
  // No promise says whom a Bypass lets in.
  if (letting.length === 0 || letting.includes("bypass")) return "";
  const path = place.replaceAll("*", "probe");
  const tunnels = await decidingTunnels(hostname, account).catch(
    (error: unknown) => {
      if (error instanceof NotKnown) return [];
      throw error;
    },
  );
  const refuses = tunnels.some((tunnel) => {
    const demand = tokenDemand(reachedRule(tunnel, hostname, path).rule);
    return demand !== undefined && !demand.auds.includes(owner.aud ?? "");
  });
  const pattern = plainPattern(place) ?? pathExpression(place);
  const steps = refuses
    ? ruleOfPath(
        hostname,
        pattern,
        `and "Protect with Access" for "${owner.name}"`,
      )
    : [];
  return `; to leave it to that application, ${[...steps, "promise the path to each of its policies in main.ts (promises)"].join(", then ")}`;
}

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
