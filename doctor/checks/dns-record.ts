import { type DoctorCheck, ok, problem, type Seen, warning } from "../check";
import type { ServiceContext } from "../context";
import type { PlannedRecord } from "../planned";
import { replaceRecord } from "../../dns/replace-record";
import { HOST_TYPES } from "../../dns/record";
import { isManaged } from "../../providers/dns-record/former";
import { tunnelName } from "../../dns/tunnel-name";
import { PAGES } from "../pages";

interface Record {
  readonly id?: string;
  readonly type?: string;
  readonly content?: string;
  readonly proxied?: boolean;
  readonly meta?: unknown;
}

export const dnsRecordCheck: DoctorCheck<ServiceContext> = {
  id: "dns-record",
  why: "Access protects only a proxied record, and requests reach the service only if the record points to the tunnel.",
  page: PAGES.dnsRecords,
  async run({ account, service: { hostname, record: planned = {} } }) {
    const { id } = await account.tunnel();
    const target = tunnelName(id);
    const all = await account.records(hostname);
    const named = all.filter(({ name }) => name === hostname);
    // A name has either one CNAME or addresses.
    const records = named.filter(({ type }) => HOST_TYPES.includes(type));
    const own = records.find((record) => record.id === planned.id);
    const seen =
      planned.made && planned.ownership !== "existing" && (own || !records[0])
        ? ofStack(own, target)
        : named.some(({ type }) => type === "NS")
          ? problem(DELEGATED, GIVE_ANOTHER)
          : found(planned, records, target);
    return { ...seen, about: hostname };
  },
};

/** A record that the stack made: the next deploy puts it right. */
function ofStack(own: Record | undefined, target: string): Seen {
  if (!own)
    return warning(
      "the record was deployed and is gone: the deploy makes it again",
      "Find out who removed it.",
    );
  const fault = faultOf(own, target);
  return fault
    ? warning(
        `${print(own)} ${fault}: the deploy fixes it`,
        "Find out who changed it.",
      )
    : ok("this stack's own record, proxied to this tunnel");
}

/** What a deploy does with what it finds, as the tunnel's provider decides it. */
function found(
  { ownership }: PlannedRecord,
  records: readonly Record[],
  target: string,
): Seen {
  const [record] = records;
  if (!record)
    return ownership === "existing"
      ? problem(
          'no record of this name, and dnsRecord "existing" makes none',
          LEAVE_OUT,
        )
      : ok("none yet: the deploy makes it, once the host is protected");
  const fault = faultOf(record, target);
  if (fault || records.length > 1) {
    const seen = `${records.map(print).join(" and ")} ${fault ?? "are several"}`;
    const managed = records.find(isManaged);
    if (managed) return problem(`${print(managed)} ${MANAGED}`, GIVE_ANOTHER);
    return ownership === "replace"
      ? ok(
          `${seen}: the deploy replaces it once the host is protected, and a destroy puts it back`,
        )
      : problem(
          `${seen}: the deploy would refuse`,
          replaceRecord(records, target),
        );
  }
  return ownership === "create"
    ? problem(
        `${print(record)} is there already, and dnsRecord: "create" would create it again`,
        LEAVE_OUT,
      )
    : ok("is there and proxied to this tunnel: used as it is, never changed");
}

/** What to do about a `dnsRecord` that the account has no record for, or one. */
export const LEAVE_OUT =
  "Leave dnsRecord out of main.ts and ACCESS_DNS_RECORDS out of the settings: each deploy looks for itself.";

/** Why a host can have no record of the stack's. */
export const DELEGATED = "has NS records: other name servers answer for it";
export const MANAGED =
  "belongs to another product of Cloudflare's, which alone can change it";
export const GIVE_ANOTHER =
  "Give the service another hostname, or take this one back from there.";

/** What keeps a record from leading to the tunnel through Access; undefined where nothing does. */
export function faultOf(record: Record, target: string): string | undefined {
  const here = record.type === "CNAME" && record.content === target;
  const faults = [
    !here &&
      (record.type === "CNAME"
        ? "leads elsewhere"
        : "leads elsewhere, to an address where a CNAME to the tunnel is due"),
    !record.proxied && "is not proxied, so that Access sees no request",
  ].filter((fault) => typeof fault === "string");
  return faults.length > 0 ? faults.join(", and ") : undefined;
}

function print({ content, type }: Record): string {
  return `${type} ${content}`;
}
