import type { IngressRule } from "../ingress/rule";
import { TUNNEL_RECORD } from "../base/tunnel-record";
import {
  ADOPTABLE,
  type AdoptableType,
  type Own,
  type Values,
} from "../deployment/adoptable";
import { cloudflareClient } from "../account/client";
import type { StateResource } from "../deployment/terraform";
import { namedAccount } from "../account/named-account";
import { toRecord, type HostRecord } from "../providers/dns-record/api";
import { recordsIn, sameRecords } from "../providers/dns-record/former";
import { sameTarget } from "../ingress/shadow";
import { sameOrNone } from "../providers/tunnel-route/document";
import { loadSettings } from "../settings";

/** What became of one object of a stack that was destroyed. */
export interface Remains {
  /** What people call it: `application`, `tunnel rule`. */
  readonly kind: string;
  readonly which: string;
  readonly now: string;
  /** Whether that is not what a destroy leaves behind. */
  readonly fault: boolean;
}

/**
 * Looks in the account for what a stack had, after it was destroyed.
 *
 * @param before what its state held
 */
export async function remains(
  before: readonly StateResource[],
  env: NodeJS.ProcessEnv,
): Promise<Remains[]> {
  const routes = before.filter(({ type }) => type === "tunnel_route");
  return [...(await objects(before, env)), ...(await rules(routes, env))];
}

async function objects(
  before: readonly StateResource[],
  env: NodeJS.ProcessEnv,
): Promise<Remains[]> {
  const client = cloudflareClient(env);
  const own: Own[] = before.map(({ address, type, values }) => ({
    address,
    // States from before have it as a resource of Cloudflare's.
    type: type === "cloudflare_dns_record" ? TUNNEL_RECORD : type,
    values,
    id: String(values.id),
  }));
  const found: Remains[] = [];
  for (const [type, { describe, kind, list }] of entries()) {
    const mine = own.filter((one) => one.type === type);
    if (mine.length === 0) continue;
    // A record tells no account: the others do.
    const existing = new Set((await list(client, own)).map(({ id }) => id));
    for (const { id, values } of mine) {
      const former = recordsIn(values.previous);
      if (former.length > 0) {
        found.push(ofFormer(former, await list(client, own), kind));
        continue;
      }
      const present = id !== undefined && existing.has(id);
      const stays = values.made === false;
      const now = present
        ? `${stays ? "as before: " : ""}still in the account`
        : "gone";
      const fault = present !== stays;
      found.push({ kind, which: describe(values), now, fault });
    }
  }
  return found;
}

/** Whether the records are back in whose place ours stood. */
function ofFormer(
  former: readonly HostRecord[],
  existing: readonly Values[],
  kind: string,
): Remains {
  const all = existing.map((one) => toRecord(one));
  const missing = former.filter(
    (one) => !all.some((other) => sameRecords([one], [other])),
  );
  const say = (records: readonly HostRecord[]) =>
    records.map(({ content, type }) => `${type} ${content}`).join(" and ");
  return {
    kind,
    which: former[0]?.name ?? "",
    now:
      missing.length === 0
        ? `as before: leads to ${say(former)}`
        : `not as before: ${say(missing)} is not back`,
    fault: missing.length > 0,
  };
}

async function rules(
  routes: readonly StateResource[],
  env: NodeJS.ProcessEnv,
): Promise<Remains[]> {
  if (routes.length === 0) return [];
  const account = namedAccount(cloudflareClient(env), loadSettings(env));
  const found = routes.map(async ({ values }): Promise<Remains> => {
    // A service may have another tunnel than the settings.
    const tunnel = (await account.tunnels()).find(
      ({ id }) => id === values.tunnel_id,
    );
    const existing =
      (tunnel && (await account.tunnelConfiguration(tunnel)).rules) ?? [];
    const route = { hostname: text(values.hostname), path: text(values.path) };
    const now = existing.find((rule) => sameTarget(rule, route)) ?? null;
    const wanted = values.on_destroy === "remove" ? null : replaced(values);
    const same = sameOrNone(now, wanted);
    return {
      kind: "tunnel rule",
      which: [route.hostname, route.path].filter(Boolean).join(" "),
      now: now
        ? `${same ? "as before" : "not as before"}: leads to ${text(now.service)}`
        : "gone",
      fault: !same,
    };
  });
  return Promise.all(found);
}

/** The rule that a route replaced, as its state remembers it. */
function replaced(values: StateResource["values"]) {
  const rule = text(values.replaced_rule);
  return rule === undefined ? null : (JSON.parse(rule) as IngressRule);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function entries() {
  return Object.entries(ADOPTABLE) as [
    AdoptableType,
    (typeof ADOPTABLE)[AdoptableType],
  ][];
}
