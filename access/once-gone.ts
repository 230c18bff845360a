import { decide } from "./decide";
import type { AccessAccount, Application } from "./model";

/**
 * Who gets to a host whose connector checks nothing, once some applications are
 * gone: a clause for people.
 */
export function onceGone(
  account: AccessAccount,
  host: string,
  isGone: (application: Application) => boolean,
): string {
  const applications = account.applications.filter((one) => !isGone(one));
  const { application, outcome } = decide(
    { ...account, applications },
    { host, path: "/" },
  );
  const name = JSON.stringify(application?.name ?? "");
  if (application !== undefined)
    return outcome === "pass"
      ? `the application ${name} then lets everyone in`
      : `the application ${name} then decides who gets in`;
  if (outcome !== "pass")
    return `no application covers ${host} then, and Access blocks such hosts of this account`;
  return `no application covers ${host} then, and it is public where a DNS record leads to the tunnel${account.organization ? "" : ", unless the account denies unmatched requests"}`;
}
