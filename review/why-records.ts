import { DnsNames, type Hop } from "../dns/dns-names";
import { HOST_TYPES, normalized } from "../dns/record";
import type { DnsRecord } from "./change";
import type { Leads } from "./where-it-leads";
import type { Looked } from "./why";

/**
 * Each record that may answer for a host, and for each name that it is an alias
 * of, with where it leads or why another answers.
 */
export function recordsOnTheWay(
  records: readonly DnsRecord[],
  host: string,
  leads: Leads,
): Looked[] {
  const names = new DnsNames(records);
  const hops = names.hops(host);
  return hops.flatMap((hop, at): Looked[] => {
    const next = hops[at + 1];
    const to = next ? `an alias of ${next.name}` : leadsTo(leads);
    const looked = records
      .filter((record) => mayAnswer(record, hop.name))
      .map((record) => lookedAt(record, hop, to, names.answering(hop.name)));
    if (hop.record !== undefined) return looked;
    const detail = at === 0 ? to : `no record of the account: ${to}`;
    return [
      ...looked,
      { what: "record", name: hop.name, fits: "missed", detail },
    ];
  });
}

function lookedAt(
  record: DnsRecord,
  { name, record: taken }: Hop<DnsRecord>,
  to: string,
  answering: readonly DnsRecord[],
): Looked {
  const about = {
    what: "record" as const,
    name: `${record.name} ${record.type} ${record.content}${record.proxied ? "" : " (not proxied)"}`,
  };
  if (record === taken) return { ...about, fits: "hit", detail: to };
  if (answering.includes(record))
    return HOST_TYPES.includes(record.type)
      ? { ...about, fits: "hit" }
      : {
          ...about,
          fits: "missed",
          detail: "it is not an address record",
        };
  const [other] = answering;
  const detail =
    other === undefined
      ? `a name above ${name} exists, so the wildcard does not apply below it`
      : `${other.name} is closer`;
  return { ...about, fits: "missed", detail };
}

/** Whether it is of the name, or of a wildcard above it. */
function mayAnswer({ name }: DnsRecord, host: string): boolean {
  const own = normalized(name);
  return own === host || (own.startsWith("*.") && host.endsWith(own.slice(1)));
}

function leadsTo(leads: Leads): string {
  switch (leads.kind) {
    case "nowhere":
      return leads.why;
    case "tunnel":
      return `leads to the tunnel ${leads.tunnel.name}`;
    case "server":
      return `leads to ${leads.address}`;
    case "past":
      return `leads to ${leads.address}, past Cloudflare`;
  }
}
