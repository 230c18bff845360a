import { type Check, ok, problem, type Seen, warning } from "../check";
import type { ServiceContext } from "../context";
import { HOST_TYPES } from "../../dns/record";
import { tunnelName } from "../../dns/tunnel-name";
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
  async run({ account, service: { hostname, record: planned } }) {
    const { id } = await account.tunnel();
    const target = tunnelName(id);
    const named = await account.recordsNamed(hostname);
    // A name has either one CNAME or addresses.
    const records = named.filter(({ type }) => HOST_TYPES.includes(type));
    const seen = planned
      ? toMake(planned.id, records, target)
      : toRead(records, named.length, target);
    return { ...seen, about: hostname };
  },
};

/** ACCESS_DNS_RECORDS=existing: the record is never written. */
function toRead(
  records: readonly Record[],
  named: number,
  target: string,
): Seen {
  const [record] = records;
  if (!record)
    return problem(
      "no record of this name, and the deploy only reads it",
      'Set ACCESS_DNS_RECORDS to "create".',
    );
  const fault = faultOf(record, target);
  if (fault)
    return problem(
      `${print(record)} ${fault}: the deploy only reads it, and would refuse`,
      `Make it a proxied CNAME to ${target}; or delete it and set ACCESS_DNS_RECORDS to "create".`,
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
    `${print(first)} already exists: Cloudflare refuses a second one (81053)`,
    fault
      ? 'Delete it, if nothing else needs it: it does not lead to the tunnel as it should, so "existing" would not do.'
      : 'Set ACCESS_DNS_RECORDS to "existing": it is as it should be, and will only be read.',
  );
}

function faultOf(record: Record, target: string): string | undefined {
  if (record.type !== "CNAME" || record.content !== target)
    return "leads elsewhere";
  return record.proxied ? undefined : "is not proxied";
}

function print({ content, type }: Record): string {
  return `${type} ${content}`;
}
