import { Cloudflare } from "../../account/cloudflare";
import type { Account } from "../../local/account";
import { loadAccount } from "../../local/account-file";
import { startApi } from "../../local/api/server";
import { cast } from "../../rehearsal/cast";
import {
  GROUP_BY_HAND,
  OTHER_ZONE,
  ZONE,
  type HostileCase,
  type HostileSetting,
} from "./hostile";
import type { Call } from "./terraform";

/** The API takes no such account: a case without any. */
export class Refused extends Error {}

/** A local Cloudflare with two zones and two tunnels, to be attacked. */
export interface HostileAccount {
  readonly account: Account;
  readonly client: Cloudflare;
  readonly setting: HostileSetting;
  readonly call: Call;
  /** Leaves nothing but what a case has put in by hand. */
  reset(one: Pick<HostileCase, "byHand">): Promise<void>;
  close(): Promise<void>;
}

export async function hostileAccount(): Promise<HostileAccount> {
  const account = loadAccount("guide");
  const server = await startApi(account);
  const { apiToken } = cast(account);
  const client = new Cloudflare({
    apiToken,
    baseURL: "http://local.invalid/client/v4",
    maxRetries: 0,
    fetch: (url, init) =>
      server.api.handle(new Request(url as string, init as RequestInit)),
  });
  const setting = furnish(account);
  const call: Call = async (method, path, body) => {
    const answer = await server.api.handle(
      new Request(`http://local.invalid/client/v4${path}`, {
        method,
        headers: { authorization: `Bearer ${apiToken}` },
        ...(body && { body: JSON.stringify(body) }),
      }),
    );
    const { errors, result, success } = (await answer.json()) as {
      success: boolean;
      errors: unknown;
      result: Record<string, unknown>;
    };
    if (!success)
      throw new Refused(`${method} ${path}: ${JSON.stringify(errors)}`);
    return result;
  };
  return {
    account,
    client,
    setting,
    call,
    reset: (one) => reset(one, account, setting, call),
    close: () => server.close(),
  };
}

/** A second zone, a second tunnel, and two login methods. */
function furnish(account: Account): HostileSetting {
  const [zone] = account.zones.values();
  const [tunnel] = account.tunnels.values();
  const otherZone = { ...zone!, id: "0".repeat(31) + "1", name: OTHER_ZONE };
  account.zones.set(otherZone.id, otherZone);
  const second = {
    ...tunnel!,
    id: "99999999-2222-4333-8444-555555555555",
    name: "second",
    configuration: { ...tunnel!.configuration },
  };
  account.tunnels.set(second.id, second);
  account.switches.deleteUsedServiceToken = "allow";
  account.switches.deleteUsedReference = "allow";
  account.identityProviders.clear();
  for (const [id, type] of [
    ["m1", "google"],
    ["m2", "okta"],
  ] as const)
    account.identityProviders.set(id, {
      id,
      type,
      name: `Method ${id}`,
      version: "1",
      config: {},
    });
  return {
    accountId: account.id,
    zones: new Map([
      [zone!.name, zone!.id],
      [OTHER_ZONE, otherZone.id],
    ]),
    tunnelIds: [tunnel!.id, second.id],
    teamName: account.organization!.auth_domain.split(".")[0]!,
    loginMethods: ["m1", "m2"],
  };
}

async function reset(
  { byHand }: Pick<HostileCase, "byHand">,
  account: Account,
  setting: HostileSetting,
  call: Call,
): Promise<void> {
  for (const id of account.identityProviders.keys())
    if (!setting.loginMethods.includes(id))
      account.identityProviders.delete(id);
  for (const map of [
    account.applications,
    account.policies,
    account.groups,
    account.serviceTokens,
    account.dnsRecords,
  ])
    map.clear();
  const { id } = await call("POST", `/accounts/${account.id}/access/groups`, {
    name: "by hand",
    ...byHand.group,
  });
  const group = account.groups.get(String(id))!;
  account.groups.delete(group.id);
  account.groups.set(GROUP_BY_HAND, { ...group, id: GROUP_BY_HAND });
  account.organization!.strict_service_token_auth = byHand.strict;
  account.organization!.deny_unmatched_requests = byHand.denyUnmatched;
  for (const [at, id] of setting.tunnelIds.entries())
    await call(
      "PUT",
      `/accounts/${account.id}/cfd_tunnel/${id}/configurations`,
      {
        config: {
          ingress: [...byHand.rules[at]!, { service: byHand.last[at]! }],
        },
      },
    );
  for (const record of byHand.records) {
    const zone = record.name.endsWith(ZONE) ? ZONE : OTHER_ZONE;
    await call("POST", `/zones/${setting.zones.get(zone)!}/dns_records`, {
      ...record,
      ttl: 1,
    });
  }
  for (const { decision, domain } of byHand.applications) {
    const { id } = await call(
      "POST",
      `/accounts/${account.id}/access/policies`,
      { name: domain, decision, include: [{ everyone: {} }] },
    );
    await call("POST", `/accounts/${account.id}/access/apps`, {
      name: domain,
      type: "self_hosted",
      domain,
      policies: [{ id, precedence: 1 }],
    });
  }
}
