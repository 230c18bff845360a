/** The way by which a host's own record takes the place of others. */
export const REPLACE_RECORD =
  'write dnsRecord: "replace" in main.ts: the next deploy then puts the right record in the place of what is there, in one step and once the host is protected, and a destroy puts that back';

/**
 * What to do about records that keep a host's own from its place. By hand they
 * would go before the right one is made, and a wildcard above would answer
 * meanwhile.
 *
 * @param target where that one leads
 */
export function replaceRecord(
  there: readonly { readonly type?: string; readonly content?: string }[],
  target: string,
): string {
  const isOff = there.every(
    ({ content, type }) => type === "CNAME" && content === target,
  );
  // Nobody gets anywhere by such a one.
  return isOff
    ? `${REPLACE_RECORD[0]!.toUpperCase()}${REPLACE_RECORD.slice(1)}.`
    : `Give the service another hostname; or, if nothing else needs the name, ${REPLACE_RECORD}.`;
}
