import type Cloudflare from "cloudflare";
import { publicDestinations } from "../access/match-application";
import { parseUri } from "../access/path-pattern";
import { resourcesOf, type Change, type Plan } from "./change";
import { mergePlans } from "./merge";
import { withPlannedIds } from "./placeholders";
import { readAccount } from "./read-account";

/**
 * What plans change in an account, which is read for it.
 *
 * @throws UsageError naming everything of the account that can't be read
 */
export async function readChange(
  plans: readonly Plan[],
  client: Cloudflare,
  accountId: string,
): Promise<Change> {
  const before = await readAccount(client, accountId, hostsIn(plans));
  return mergePlans(before, withPlannedIds(plans));
}

/** Every host that the plans are about. */
function hostsIn(plans: readonly Plan[]): string[] {
  const applications = resourcesOf(plans, "application").flatMap(
    ({ after, before }) => [after, before],
  );
  return [
    ...applications.flatMap((application) =>
      application
        ? publicDestinations(application).map(
            ({ uri }) => parseUri(uri ?? "").host,
          )
        : [],
    ),
    ...[
      ...resourcesOf(plans, "route").flatMap(({ after, before }) => [
        after?.hostname,
        before?.hostname,
      ]),
      ...resourcesOf(plans, "dns_record").flatMap(({ after, before }) => [
        after?.name,
        before?.name,
      ]),
    ].filter((host) => host !== undefined),
  ];
}
