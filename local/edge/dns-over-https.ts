import type { Account } from "../account";
import type { DnsRecord } from "../account-objects";
import type { Answer } from "./answer";
import type { EdgeRequest } from "./edge-request";
import { authDomain } from "./team";

/** The resolver's own host. */
export const RESOLVER = "cloudflare-dns.com";

/** Addresses of Cloudflare's edge, of which any serves any proxied host. */
const EDGE_ADDRESSES = { A: "104.16.132.229", AAAA: "2606:4700::6810:84e5" };

const TYPES: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  SVCB: 64,
  HTTPS: 65,
  CAA: 257,
};
const NXDOMAIN = 3;
const MOST_ALIASES = 8;

interface AnswerRecord {
  readonly name: string;
  readonly type: number;
  readonly TTL: number;
  readonly data: string;
}

/**
 * DNS over HTTPS in its JSON form, for the names of the account's zones and
 * its team domain. Of the rest of the internet it knows nothing.
 *
 * @see https://developers.cloudflare.com/1.1.1.1/encryption/dns-over-https/make-api-requests/dns-json/
 */
export function dnsOverHttps(
  { path, query }: EdgeRequest,
  account: Account,
): Answer {
  const name = query.get("name")?.toLowerCase().replace(/\.$/, "");
  const asked = (query.get("type") ?? "A").toUpperCase();
  const type = TYPES[asked] ?? Number(asked);
  if (path !== "/dns-query" || !name || !Number.isInteger(type))
    return answer(400, { error: "Invalid query: give name and a type" });
  const answers: AnswerRecord[] = [];
  const exists = resolve(account, name, type, answers);
  return answer(200, {
    Status: exists ? 0 : NXDOMAIN,
    TC: false,
    RD: true,
    RA: true,
    AD: false,
    CD: false,
    Question: [{ name, type }],
    ...(answers.length > 0 && { Answer: answers }),
  });
}

/** Adds what a resolver would answer; false where the name does not exist. */
function resolve(
  account: Account,
  name: string,
  type: number,
  answers: AnswerRecord[],
): boolean {
  let wanted = name;
  for (let alias = 0; alias < MOST_ALIASES; alias++) {
    // The owner of a proxied record is nobody's business: only the edge shows.
    if (wanted === authDomain(account) || account.proxiedRecord(wanted)) {
      if (type === TYPES.A)
        answers.push({ name: wanted, type, TTL: 300, data: EDGE_ADDRESSES.A });
      if (type === TYPES.AAAA)
        answers.push({
          name: wanted,
          type,
          TTL: 300,
          data: EDGE_ADDRESSES.AAAA,
        });
      if (type === TYPES.A || type === TYPES.AAAA) return true;
    }
    const records = recordsOf(account, wanted);
    const proxied = records.some((record) => record.proxied);
    answers.push(
      ...records
        .filter((record) => !record.proxied && TYPES[record.type] === type)
        .map((record) => toAnswer(record, wanted)),
    );
    const cname = records.find(
      (record) => record.type === "CNAME" && !record.proxied,
    );
    if (cname === undefined || type === TYPES.CNAME)
      return (
        alias > 0 ||
        proxied ||
        records.length > 0 ||
        wanted === authDomain(account)
      );
    answers.push(toAnswer(cname, wanted));
    wanted = cname.content.toLowerCase();
  }
  return true;
}

/** The records of a name or, where it has none, of the wildcard above it. */
function recordsOf(account: Account, name: string): DnsRecord[] {
  const named = (wanted: string) =>
    [...account.dnsRecords.values()].filter(
      (record) => record.name.toLowerCase() === wanted,
    );
  const own = named(name);
  const parent = name.slice(name.indexOf(".") + 1);
  return own.length > 0 ? own : named(`*.${parent}`);
}

function toAnswer(record: DnsRecord, name: string): AnswerRecord {
  const { content, priority, ttl } = record;
  return {
    name,
    type: TYPES[record.type] ?? 0,
    TTL: ttl === 1 ? 300 : ttl,
    data:
      record.type === "MX"
        ? `${priority ?? 0} ${content}.`
        : record.type === "CNAME"
          ? `${content}.`
          : content,
  };
}

function answer(status: number, body: unknown): Answer {
  return {
    status,
    headers: { "content-type": "application/dns-json" },
    body: JSON.stringify(body),
  };
}
