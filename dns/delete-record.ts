const DELETE = "delete what is there (dashboard, DNS, Records)";
const NEXT =
  "the next deploy makes the right record, once the host is protected";

/**
 * How to make room for a host's own record, in every text that says so without
 * having looked at the zone. A deploy makes that record last of all, and a
 * wildcard above would answer meanwhile.
 */
export const DELETE_RECORD = `${DELETE}: ${NEXT}. Not where a wildcard record above it leads to a tunnel: the host would answer by that at once, before it is protected`;

/** What of a record says where a name leads. */
interface Leading {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly proxied: boolean;
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
