import { resourcesOf, type DnsRecord } from "../change";
import { listOf, type Finding, type Look } from "./finding";

/** Hosts that lead elsewhere today, and to the tunnel once a stack's record has the place. */
export const replacedRecord: Look = ({ change }) =>
  resourcesOf(change.plans, "dns_record").flatMap(
    ({ after, before }): Finding[] => {
      const former = after?.previous ?? [];
      if (former.length === 0 || isSame(former, before?.previous)) return [];
      const address = former.find(({ type }) => type !== "CNAME")?.content;
      return [
        {
          id: "record-replaced",
          severity: "warning",
          subject: after!.name,
          text: `the host leads elsewhere today, to ${listOf(former.map(shown))}: anyone who uses that under this name loses it, and a destroy puts it back`,
          ...(address !== undefined && {
            remedy: `if the service also answers at ${address}, close it there: replacing the record does not, and anyone who knows the address bypasses Access`,
          }),
        },
      ];
    },
  );

function shown({ content, proxied, type }: DnsRecord): string {
  return `${type} ${content} (${proxied ? "proxied" : "not proxied"})`;
}

function isSame(
  some: readonly DnsRecord[],
  others: readonly DnsRecord[] = [],
): boolean {
  return some.map(shown).join() === others.map(shown).join();
}
