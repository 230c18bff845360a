import { normalized } from "../../dns/record";
import type { Account } from "../account";
import type { DnsRecord } from "../account-objects";
import type { Answer } from "./answer";
import type { EdgeRequest } from "./edge-request";
import { authDomain } from "./team";

/** The resolver's own host. */
export const RESOLVER = "cloudflare-dns.com";

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
/** Addresses of Cloudflare's edge, of which any serves any proxied host. */
const EDGE_ADDRESSES: ReadonlyMap<number | undefined, string> = new Map([
  [TYPES.A, "104.16.132.229"],
  [TYPES.AAAA, "2606:4700::6810:84e5"],
]);

const NOERROR = 0;
const SERVFAIL = 2;
const NXDOMAIN = 3;

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
  return answer(200, {
    Status: resolve(account, name, type, answers),
    TC: false,
    RD: true,
    RA: true,
    AD: false,
    CD: false,
    Question: [{ name, type }],
    ...(answers.length > 0 && { Answer: answers }),
  });
}

/** Adds what a resolver would answer, and returns the status of it all. */
function resolve(
  account: Account,
  name: string,
  type: number,
  answers: AnswerRecord[],
): number {
  const names = account.dnsNames();
  const followed = new Set<string>();
  for (let wanted = name; !followed.has(wanted);) {
    const isTeam = wanted === authDomain(account);
    // The owner of a proxied record is nobody's business: only the edge shows.
    if (isTeam || names.leading(wanted)[0]?.proxied) {
      const data = EDGE_ADDRESSES.get(type);
      if (data !== undefined)
        answers.push({ name: wanted, type, TTL: 300, data });
      if (data !== undefined) return NOERROR;
    }
    const records = names.answering(wanted).filter((one) => !one.proxied);
    answers.push(
      ...records
        .filter((record) => TYPES[record.type] === type)
        .map((record) => toAnswer(record, wanted)),
    );
    const alias = records.find((record) => record.type === "CNAME");
    if (alias === undefined || type === TYPES.CNAME)
      return isTeam || followed.size > 0 || names.exists(wanted)
        ? NOERROR
        : NXDOMAIN;
    answers.push(toAnswer(alias, wanted));
    followed.add(wanted);
    wanted = normalized(alias.content);
  }
  return SERVFAIL;
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
