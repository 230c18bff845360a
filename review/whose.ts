import type { AnyPlannedResource, Plan, Unread, WrittenTo } from "./change";

/** The account that plans are reviewed for. */
export interface Whose {
  readonly accountId: string;
  /** Names of its zones by their ids. */
  readonly zoneNames: Readonly<Record<string, string>>;
}

/**
 * Plans in which every record has its whole name, as Cloudflare gives it to a
 * part of one. What they write to another account or zone changes nothing here,
 * and nobody has read what it changes there.
 */
export function ofAccount(plans: readonly Plan[], whose: Whose): Plan[] {
  return plans.map((plan) => ({
    ...plan,
    resources: plan.resources.map((one) => withWholeName(one, whose)),
    unread: [
      ...plan.unread,
      ...plan.resources.flatMap((one) => elsewhere(one, whose)),
      ...(plan.accounts ?? []).flatMap((one) => otherAccount(one, whose)),
    ],
  }));
}

function otherAccount(
  { accountId, address }: WrittenTo,
  whose: Whose,
): Unread[] {
  return accountId.toLowerCase() === whose.accountId.toLowerCase()
    ? []
    : [{ address, what: `it belongs to another account, ${accountId}` }];
}

function elsewhere(
  { accountId, action, address, zoneId }: AnyPlannedResource,
  whose: Whose,
): Unread[] {
  if (action === "no-op" || action === "forget") return [];
  return [
    ...(accountId === undefined
      ? []
      : otherAccount({ accountId, address }, whose)),
    ...(zoneId !== undefined && !Object.hasOwn(whose.zoneNames, zoneId)
      ? [
          {
            address,
            what: `its zone, ${zoneId}, is not one of the account's that the token can read`,
          },
        ]
      : []),
  ];
}

function withWholeName(
  one: AnyPlannedResource,
  { zoneNames }: Whose,
): AnyPlannedResource {
  const zone = zoneNames[one.zoneId ?? ""];
  if (one.kind !== "dns_record" || zone === undefined || !one.after) return one;
  return { ...one, after: { ...one.after, name: whole(one.after.name, zone) } };
}

/**
 * `@` and `app` are the zone's name and `app` below it.
 *
 * @see https://developers.cloudflare.com/dns/manage-dns-records/reference/dns-record-types/
 */
function whole(written: string, zone: string): string {
  const name = written.replace(/\.$/, "");
  if (name === "@" || name === zone) return zone;
  return name.endsWith(`.${zone}`) ? name : `${name}.${zone}`;
}
