import { type Check, ok, problem, type Seen, warning } from "../check";
import type { ServiceContext } from "../context";
import { HOST_TYPES } from "../../dns/record";
import { tunnelName } from "../../dns/tunnel-name";
import { isOpen } from "../is-open";
import { PAGES } from "../pages";

interface Record {
  readonly id?: string;
  readonly type?: string;
  readonly content?: string;
  readonly proxied?: boolean;
}

export const dnsRecordCheck: Check<ServiceContext> = {
  id: "dns-record",
  why: "Access protects only a proxied record, and requests reach the service only if the record points to the tunnel.",
  page: PAGES.dnsRecords,
  async run(context) {
    const { account, service } = context;
    const { hostname, record: planned } = service;
    const { id } = await account.tunnel();
    const target = tunnelName(id);
    const named = await account.recordsNamed(hostname);
    // A name has either one CNAME or addresses.
    const records = named.filter(({ type }) => HOST_TYPES.includes(type));
    const seen = planned
      ? toMake(planned.id, records, target)
      : await toRead(records, named.length, target, context);
    return { ...seen, about: hostname };
  },
};

/** ACCESS_DNS_RECORDS=existing: the record is never written. */
async function toRead(
  records: readonly Record[],
  named: number,
  target: string,
  context: ServiceContext,
): Promise<Seen> {
  const [record] = records;
  if (!record)
    return problem(
      "no record of this name, and the deploy only reads it",
      'Set ACCESS_DNS_RECORDS to "create".',
    );
  const fault = faultOf(record, target);
  if (fault)
    return problem(
      `${printAll(records)} ${fault}: the deploy only reads it, and would refuse`,
      (await isOpen(context))
        ? `Once nothing else needs it, delete it and set ACCESS_DNS_RECORDS to "create": the deploy makes the record when the host is protected. A proxied CNAME to the tunnel makes the host public until then.`
        : `Make it a proxied CNAME to ${target}; or delete it and set ACCESS_DNS_RECORDS to "create".`,
    );
  if (named > 1)
    return problem(
      `${named} records have this name, and the deploy wants exactly one`,
      "Delete all but the proxied CNAME to the tunnel.",
    );
  return ok('proxied to this tunnel and only read ("existing")');
}

/** ACCESS_DNS_RECORDS=create: the record belongs to the stack. */
function toMake(
  id: string | undefined,
  records: readonly Record[],
  target: string,
): Seen {
  const own = records.find((record) => record.id === id);
  const [first] = records;
  if (own) {
    const fault = faultOf(own, target);
    return fault
      ? warning(
          `${print(own)} ${fault}: the deploy mends it`,
          "Find out who changed it.",
        )
      : ok("this stack's own record, proxied to this tunnel");
  }
  if (!first)
    return id === undefined
      ? ok('none yet: the deploy makes it ("create")')
      : warning(
          "the record was deployed and is gone: the deploy makes it again",
          "Find out who removed it.",
        );
  const fault = faultOf(first, target);
  return problem(
    `${printAll(records)} already exists: Cloudflare refuses a second one (81053)`,
    fault
      ? `Delete it, if nothing else needs it: it ${fault}, so "existing" would not do.`
      : 'Set ACCESS_DNS_RECORDS to "existing": it is as it should be, and will only be read.',
  );
}

function faultOf(record: Record, target: string): string | undefined {
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

function printAll(records: readonly Record[]): string {
  return records.map(print).join(" and ");
}

function print({ content, type }: Record): string {
  return `${type} ${content}`;
}
