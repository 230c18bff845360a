import { isDeepStrictEqual } from "node:util";
import { HOST_TYPES } from "../../dns/record";
import type { Account } from "../account";
import type { DnsRecord, JsonObject } from "../account-objects";
import { matchesDnsQuery, sortByDnsQuery } from "./dns-filters";
import { readRecord, type DnsSettings } from "./dns-record-body";
import { ApiError, ok, page } from "./envelope";
import { isObject, replace, text } from "./fields";
import { route, type Routes } from "./router";
import { findZone } from "./zones";

/**
 * DNS records of a zone.
 *
 * @see https://developers.cloudflare.com/api/resources/dns/subresources/records/
 */
export function dnsRecords(account: Account): Routes {
  const read = "DNS Read";
  const write = "DNS Write";

  function recordsOf(zoneId: string | undefined): DnsRecord[] {
    const { id } = findZone(account, zoneId);
    return [...account.dnsRecords.values()].filter(
      (record) => record.zone_id === id,
    );
  }

  function find(params: Readonly<Record<string, string>>): DnsRecord {
    const found = recordsOf(params.zone).find(({ id }) => id === params.id);
    if (found === undefined) {
      throw new ApiError(404, 81044, "Record does not exist.");
    }
    return found;
  }

  function create(zoneId: string | undefined, body: JsonObject): DnsRecord {
    const settings = readRecord(body, findZone(account, zoneId));
    checkFree(settings, recordsOf(zoneId));
    const now = account.timestamp();
    const record: DnsRecord = {
      id: account.newHexId(),
      zone_id: zoneId ?? "",
      ...settings,
      ...stamps(settings, now),
      created_on: now,
      modified_on: now,
    };
    account.dnsRecords.set(record.id, record);
    return record;
  }

  function overwrite(record: DnsRecord, body: JsonObject): DnsRecord {
    const settings = readRecord(body, findZone(account, record.zone_id));
    const others = recordsOf(record.zone_id).filter(
      ({ id }) => id !== record.id,
    );
    checkType(settings, record);
    checkFree(settings, others);
    const { id, zone_id, created_on } = record;
    const now = account.timestamp();
    replace(record, {
      ...settings,
      ...stamps(settings, now, record),
      id,
      zone_id,
      created_on,
      modified_on: now,
    });
    return record;
  }

  /** Does with each record that a list of a batch names what it asks for, in turn. */
  function each(
    zone: string | undefined,
    list: unknown,
    work: (record: DnsRecord, body: JsonObject) => DnsRecord,
  ): JsonObject[] {
    return objects(list).map((body) =>
      view(work(find({ zone: zone ?? "", id: text(body.id) ?? "" }), body)),
    );
  }

  return {
    "GET /zones/:zone/dns_records": route(read, ({ params, query }) => {
      const found = recordsOf(params.zone).filter((record) =>
        matchesDnsQuery(record, query),
      );
      sortByDnsQuery(found, query);
      return page(found.map(view), query, 100);
    }),

    "POST /zones/:zone/dns_records": route(write, ({ params, body }) => {
      return ok(view(create(params.zone, body)));
    }),

    /**
     * All of it or nothing, in this order.
     *
     * @see https://developers.cloudflare.com/dns/manage-dns-records/how-to/batch-record-changes/
     */
    "POST /zones/:zone/dns_records/batch": route(write, ({ body, params }) => {
      const { zone } = params;
      const before = structuredClone([...account.dnsRecords]);
      try {
        const deletes = each(zone, body.deletes, (record) => {
          account.dnsRecords.delete(record.id);
          return record;
        });
        const patches = each(zone, body.patches, (record, changes) =>
          overwrite(record, { ...view(record), ...changes }),
        );
        const puts = each(zone, body.puts, overwrite);
        const posts = objects(body.posts).map((one) => view(create(zone, one)));
        return ok({ deletes, patches, puts, posts });
      } catch (error) {
        account.dnsRecords.clear();
        for (const [id, record] of before) account.dnsRecords.set(id, record);
        throw error;
      }
    }),

    "GET /zones/:zone/dns_records/:id": route(read, ({ params }) =>
      ok(view(find(params))),
    ),

    "PUT /zones/:zone/dns_records/:id": route(write, ({ params, body }) =>
      ok(view(overwrite(find(params), body))),
    ),

    "PATCH /zones/:zone/dns_records/:id": route(write, ({ params, body }) => {
      const record = find(params);
      return ok(view(overwrite(record, { ...view(record), ...body })));
    }),

    "DELETE /zones/:zone/dns_records/:id": route(write, ({ params }) => {
      const { id } = find(params);
      account.dnsRecords.delete(id);
      return ok({ id });
    }),
  };
}

/** When comment and tags were last changed, where there are any. */
function stamps(
  { comment, tags }: DnsSettings,
  now: string,
  before?: DnsRecord,
): Pick<DnsRecord, "comment_modified_on" | "tags_modified_on"> {
  const sameComment = comment === before?.comment;
  const sameTags = isDeepStrictEqual(tags, before?.tags);
  return {
    ...(comment && {
      comment_modified_on: (sameComment && before?.comment_modified_on) || now,
    }),
    ...(tags.length > 0 && {
      tags_modified_on: (sameTags && before?.tags_modified_on) || now,
    }),
  };
}

/**
 * A record keeps its type, whatever an update says.
 *
 * @see https://developers.cloudflare.com/fundamentals/api/reference/deprecations/ 2026-01-23
 */
function checkType({ type }: DnsSettings, before: DnsRecord): void {
  if (type !== before.type) {
    throw new ApiError(400, 9000, "DNS record type can't be changed.");
  }
}

/**
 * A name has one CNAME and nothing that resolves beside it; where other name
 * servers answer for it, it has nothing else.
 *
 * @see https://developers.cloudflare.com/api/resources/dns/subresources/records/methods/create/
 * @see https://developers.cloudflare.com/dns/manage-dns-records/troubleshooting/existing-ns-record/
 */
function checkFree(record: DnsSettings, others: DnsRecord[]): void {
  const sameName = others.filter(({ name }) => name === record.name);
  const types = sameName.map(({ type }) => type);
  if (record.type !== "NS" && types.includes("NS")) {
    throw new ApiError(400, 81056, "NS records with that host already exist.");
  }
  if (record.type === "NS" && types.some((type) => type !== "NS")) {
    throw new ApiError(
      400,
      81055,
      "Non-NS records with that host already exist.",
    );
  }
  if (
    record.type === "CNAME" &&
    types.some((type) => HOST_TYPES.includes(type))
  ) {
    throw new ApiError(
      400,
      81053,
      "An A, AAAA, or CNAME record with that host already exists.",
    );
  }
  if (["A", "AAAA"].includes(record.type) && types.includes("CNAME")) {
    throw new ApiError(
      400,
      81054,
      "A CNAME record with that host already exists.",
    );
  }
  const identical = sameName.some(
    ({ type, content }) => type === record.type && content === record.content,
  );
  if (identical) {
    throw new ApiError(400, 81058, "An identical record already exists.");
  }
}

function objects(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function view(record: DnsRecord): JsonObject {
  const shown: Partial<DnsRecord> = structuredClone(record);
  delete shown.zone_id;
  return shown as JsonObject;
}
