import { createHash } from "node:crypto";
import { publicDestinations } from "../access/match-application";
import { hostMatcher, parseUri } from "../access/path-pattern";
import { NotKnown } from "../account/not-known";
import { matchesHostname } from "../ingress/match";
import { groupsIn, policiesOf } from "./host-access";
import type { Scene } from "./survey";

/**
 * Tells whether what the account has for a host is still the same, also once
 * the stacks that the service's depends on are deployed: what these make or
 * change is left out.
 */
export async function fingerprint({
  account,
  others,
  service: { applications, hostname, notes },
}: Scene): Promise<string> {
  try {
    const [all, groups, methods, tokens, records, { rules = [] }] =
      await Promise.all([
        account.applications(),
        account.groups(),
        account.loginMethods(),
        account.serviceTokens(),
        account.recordsNamed(hostname),
        account.configuration(),
      ]);
    const here = all.filter(
      (one) =>
        applications.some(({ existing }) => existing === one.id) ||
        publicDestinations(one).some(({ uri }) =>
          hostMatcher(parseUri(uri ?? "").host)(hostname),
        ),
    );
    const isOthers = (id: unknown) => others.some((one) => one.id === id);
    const facts = [
      here,
      groupsIn(here.flatMap(policiesOf), groups).filter(
        ({ id }) => !isOthers(id),
      ),
      methods.filter(({ id }) => !isOthers(id)),
      tokens
        .filter(({ client_id, id }) =>
          notes?.existingTokens?.some((one) => one === id || one === client_id),
        )
        .map(({ client_id, id, name }) => [client_id, id, name]),
      records,
      rules.filter((rule) => matchesHostname(rule, hostname)),
    ];
    return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
  } catch (error) {
    if (error instanceof NotKnown) return `not known: ${error.message}`;
    throw error;
  }
}
