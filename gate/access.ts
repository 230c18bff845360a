import type { AccountState, Change, Plan } from "../review/change";
import { matrixOf, type Cell } from "../review/matrix";
import { mergePlans } from "../review/merge";
import { WORDS } from "../review/rows";

/** One change of access that a deploy would make and that nobody has reviewed. */
export interface NotReviewed {
  /** An example. */
  readonly url: string;
  readonly who: string;
  /** What comes of it by what was reviewed, and by the deploy, as reports word it. */
  readonly reviewed: string;
  readonly deploy: string;
}

/**
 * What a deploy would change of who reaches what, and the review that was made
 * before did not show.
 *
 * A place that the deploy does not touch may have moved since: that is not its
 * doing. Where it touches a host, all of that host has to come out as reviewed.
 *
 * @param reviewed the change that was reviewed
 * @param own what the deploy is about to do, on the account as it is now
 * @param later names of the stacks that follow in the same deploy
 */
export function notReviewed(
  reviewed: Change,
  own: Change,
  later: ReadonlySet<string>,
  now: Date,
): NotReviewed[] {
  const asReviewed = withKnownIds(reviewed, own);
  // What follows is compared when its turn comes; here it is as was reviewed.
  const plans = [
    ...own.plans,
    ...asReviewed.plans.filter(({ stack }) => later.has(stack)),
  ];
  const { after } = mergePlans(own.before, plans);
  const touched = hostsOf(changed({ before: own.before, after, plans }, now));
  const moved = changed({ before: asReviewed.after, after, plans }, now);
  return moved
    .filter(({ place }) => touched.some((host) => overlap(host, place.host)))
    .map(({ place: { request }, subject, ...cell }) => ({
      url: `https://${request.host}${request.path}`,
      who: subject.label,
      reviewed: WORDS[cell.before.outcome],
      deploy: WORDS[cell.after.outcome],
    }));
}

function changed(change: Change, now: Date): readonly Cell[] {
  return matrixOf(change, now).cells.filter(({ turn }) => turn !== "same");
}

function hostsOf(cells: readonly Cell[]): string[] {
  return [...new Set(cells.map(({ place }) => place.host))];
}

/** Whether a name may belong to both of two hosts, of which either may be a wildcard. */
function overlap(one: string, other: string): boolean {
  return covers(one, other) || covers(other, one);
}

function covers(wildcard: string, host: string): boolean {
  if (!wildcard.includes("*")) return wildcard === host;
  const end = wildcard.slice(wildcard.lastIndexOf("*") + 1);
  return host.endsWith(end);
}

/**
 * The reviewed change with the ids that Cloudflare has given since to what was
 * only planned then: an earlier run may have made a part of it.
 */
function withKnownIds(reviewed: Change, own: Change): Change {
  const ids = new Map<string, string>();
  for (const { resources, stack } of reviewed.plans)
    for (const { address, after } of resources) {
      const planned = idOf(after);
      const known = idIn(own.plans, stack, address) ?? idByName(after, own);
      if (planned?.startsWith("planned:") && known !== undefined)
        ids.set(planned, known);
    }
  return ids.size === 0 ? reviewed : replaced(reviewed, ids);
}

function idIn(plans: readonly Plan[], stack: string, address: string) {
  const found = plans
    .find((plan) => plan.stack === stack)
    ?.resources.find((one) => one.address === address);
  return idOf(found?.after);
}

/** The id of the one object of that name, of a stack that was deployed already. */
function idByName(
  after: object | undefined,
  { before }: Change,
): string | undefined {
  const name: unknown = after && Reflect.get(after, "name");
  const named = objectsOf(before).filter((one) => one.name === name);
  return named.length === 1 ? (named[0]?.id ?? undefined) : undefined;
}

function objectsOf({ access, tokens }: AccountState) {
  return [
    ...(access.identity_providers ?? []),
    ...(access.groups ?? []),
    ...tokens,
  ];
}

function idOf(value: object | undefined): string | undefined {
  const id: unknown = value && Reflect.get(value, "id");
  return typeof id === "string" ? id : undefined;
}

function replaced<T>(value: T, ids: ReadonlyMap<string, string>): T;
function replaced(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return ids.get(value) ?? value;
  if (Array.isArray(value)) return value.map((part) => replaced(part, ids));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, replaced(part, ids)]),
  );
}
