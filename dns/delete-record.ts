const DELETE =
  'delete what is there (dashboard, DNS, Records; note it before, by "Import and Export" there, as nothing gives it back)';
const NEXT =
  "the next deploy makes the right record, once the host is protected";

/**
 * How to make room for a host's own record, in every text that says so without
 * having looked at the zone. A deploy makes that record last of all, and a
 * wildcard above would answer meanwhile.
 */
export const DELETE_RECORD = `${DELETE}: ${NEXT}. Not where a wildcard record above it leads to a tunnel: the host would answer by that at once, before it is protected`;

/** What of a record says where it leads. */
interface Target {
  readonly type: string;
  readonly content: string;
  readonly proxied: boolean;
}

/** The same, of a name. */
interface Leading extends Target {
  readonly name: string;
}

/**
 * What to do about records that keep a host's own from its place.
 *
 * @param target where that one leads
 * @param remove `DELETE_RECORD`, or what is known to be safe
 */
export function makeRoom(
  hostname: string,
  there: readonly Partial<Target>[],
  target: string,
  remove: string,
): string {
  const [only, ...more] = there;
  const isOff =
    more.length === 0 && only?.type === "CNAME" && only.content === target;
  return isOff
    ? `If an application of Access covers ${hostname} (Zero Trust, Access controls, Applications), switch the proxy of this record on (dashboard, DNS, Records), by which it leads to the tunnel at once. If none does, ${remove}.`
    : `Give the service another hostname; or, if nothing else needs it, ${remove}.`;
}

/**
 * The same where the zone's records are known.
 *
 * @param records all of the zone
 */
export function deleteRecord(
  hostname: string,
  records: readonly Leading[],
): string {
  const above = records.find(
    ({ content, name, proxied, type }) =>
      name.startsWith("*.") &&
      hostname.endsWith(name.slice(1)) &&
      proxied &&
      type === "CNAME" &&
      content.endsWith(".cfargotunnel.com"),
  );
  return above === undefined
    ? `${DELETE}: ${NEXT}`
    : `see first that an application of Access covers ${hostname} alone (Zero Trust, Access controls, Applications), as the wildcard record ${above.name} leads to a tunnel and answers for it at once; then ${DELETE}, and run npm run adopt: ${NEXT}`;
}
