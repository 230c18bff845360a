import { publicDestinations } from "../access/match-application";
import { parseUri } from "../access/path-pattern";
import { DnsNames } from "../dns/dns-names";
import { tunnelName } from "../dns/tunnel-name";
import type { AccountState, DnsRecord, ServiceToken } from "../review/change";
import { matrixOf } from "../review/matrix";
import { rowsOf } from "./access-rows";
import type { Part, Scene } from "./survey";

/**
 * Who gets in by a wildcard record at names that it no longer answers for once
 * the host has a record of its own: no wildcard above it answers below one that
 * exists.
 */
export async function belowHost(scene: Scene): Promise<Part> {
  const { account, service } = scene;
  const { hostname, record } = service;
  if (record === undefined || record.ownership === "existing") return NOTHING;
  const all = await account.records(hostname);
  const led = new DnsNames(all).hops(`below.${hostname}`);
  const ways = led.flatMap(({ record: found }) => found ?? []);
  const [wildcard] = ways;
  if (wildcard === undefined || all.some(({ name }) => name === hostname))
    return NOTHING;
  const [
    applications,
    groups,
    methods,
    organization,
    policies,
    tokens,
    tunnel,
    tunnels,
  ] = await Promise.all([
    account.applications(),
    account.groups(),
    account.loginMethods(),
    account.organization(),
    account.policies(),
    account.serviceTokens() as Promise<readonly ServiceToken[]>,
    account.tunnel(),
    account.tunnels(),
  ]);
  const isBelow = (host = "") =>
    host.includes("*") || host === "" || host.endsWith(`.${hostname}`);
  const before: AccountState = {
    access: {
      ...{ groups, organization, policies },
      ...{ identity_providers: methods, service_tokens: tokens },
      applications: applications.filter((one) =>
        publicDestinations(one).some(({ uri }) =>
          isBelow(parseUri(uri ?? "").host),
        ),
      ),
    },
    tokens,
    tunnels: await Promise.all(
      tunnels.map(async (one) => {
        const found = await account.tunnelConfiguration(one);
        const { defaults, rules = [], source } = found;
        return {
          ...{ id: one.id, name: one.name },
          ...(defaults && { defaults }),
          rules: rules.filter(
            (rule, at) =>
              at === rules.length - 1 || isBelow(rule.hostname ?? undefined),
          ),
          source: source === "local" ? ("local" as const) : "cloudflare",
        };
      }),
    ),
    records: ways.map(({ id = "", ...one }): DnsRecord => ({ id, ...one })),
    zones: [],
  };
  const made = {
    ...{ id: "", name: hostname, type: "CNAME", proxied: true },
    content: tunnelName(tunnel.id),
  };
  const after = { ...before, records: [...before.records, made] };
  const { cells } = matrixOf({ before, after, plans: [] }, new Date());
  const turned = cells.filter(
    ({ place, turn }) => turn !== "same" && place.host !== hostname,
  );
  const hosts = [...new Set(turned.map(({ place }) => place.host))];
  return {
    rows: hosts.flatMap((host) =>
      rowsOf(turned.filter(({ place }) => place.host === host)).map((row) => ({
        ...row,
        name: `${row.name} at ${host}`,
        changes: row.changes?.map((change) => ({
          ...change,
          unkept: `no line keeps it: once ${hostname} has a record of its own, the one of ${wildcard.name} no longer answers there`,
        })),
      })),
    ),
    lines: [],
  };
}

const NOTHING: Part = { rows: [], lines: [] };
