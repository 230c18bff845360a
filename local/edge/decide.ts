import { compile } from "../../access/decide";
import type { SettledDecision } from "../../access/decision";
import {
  ApplicationIndex,
  publicDestinations,
} from "../../access/match-application";
import { normalHost, requestPath } from "../../access/path-pattern";
import type { AccessRequest } from "../../access/request";
import { accessAccount } from "../access-account";
import type { Account } from "../account";
import type { Application } from "../account-objects";
import { normalizePath } from "../../access/normalize-path";

/** The application that covers a host and path. */
export function findApplication(
  account: Account,
  host: string,
  path: string,
): Application | undefined {
  const bare = normalHost(host);
  const index = new ApplicationIndex(
    [...account.applications.values()]
      .filter((one) => canCover(one, bare))
      .map((one) => [one, one] as const),
  );
  return index.find(host, accessPath(account, path))?.owner;
}

/** Few can: to read the patterns of all for each request takes longer than the rest of it. */
function canCover(application: Application, host: string): boolean {
  return publicDestinations(application).some(
    ({ uri }) => uri?.includes("*") || uri?.toLowerCase().includes(host),
  );
}

/** The path of a request target as Access looks at it. */
export function accessPath({ switches }: Account, target: string): string {
  return normalizePath(requestPath(target), switches.urlNormalization);
}

/**
 * What Access does with a request. Nobody here has a device client, a country
 * or an external evaluator: a rule that asks for one does not hold. What is
 * undecided even then is refused.
 */
export function decideFor(
  account: Account,
  request: AccessRequest,
  // Only the one that covers it decides; there may be a thousand more.
  covering = findApplication(account, request.host, request.path),
): SettledDecision {
  const compiled = compile(accessAccount(account, covering ? [covering] : []), {
    serviceAuth401: account.switches.serviceAuth401,
  });
  const known: Record<string, boolean> = { ...request.known };
  for (;;) {
    const decision = compiled.decide({
      certificate: null,
      linkedAppToken: null,
      ...request,
      path: accessPath(account, request.path),
      known,
    });
    if (decision.outcome !== "depends") return decision;
    const asked = decision.dependsOn.filter(({ id }) => !(id in known));
    if (asked.length === 0)
      return {
        outcome: "forbidden",
        status: 403,
        ...(decision.application && { application: decision.application }),
        reason: decision.reason,
        dependsOn: [],
      };
    for (const { id } of asked) known[id] = false;
  }
}
