import { normalized, type DnsRecord } from "../../dns/record";
import type { ApiCalls } from "../tunnel-route/api-calls";
import { CallFailure } from "../tunnel-route/failure";
import { isJsonObject, type JsonObject } from "../tunnel-route/json";

/** A record of a host's name. */
export interface HostRecord extends DnsRecord {
  readonly id: string;
  /** All that the API answers of it. */
  readonly whole: JsonObject;
}

/** What a record is to say. */
export type Wanted = Omit<DnsRecord, "proxied">;

/** Changes that are made together, or not at all. */
export interface Batch {
  readonly deletes?: readonly { readonly id: string }[];
  /** Whole, each with its id, which it keeps. */
  readonly puts?: readonly JsonObject[];
  readonly posts?: readonly JsonObject[];
}

/**
 * The calls of Cloudflare's API that the record of a host needs.
 *
 * @see https://developers.cloudflare.com/api/resources/dns/subresources/records/
 */
export class RecordApi {
  constructor(private readonly calls: Pick<ApiCalls, "call">) {}

  /** Those of a name, of every type. */
  async find(
    zoneId: string,
    name: string,
    signal?: AbortSignal,
  ): Promise<readonly HostRecord[]> {
    const path = `${pathOf(zoneId)}?name.exact=${encodeURIComponent(name)}&per_page=100`;
    const result = await this.calls.call("GET", path, undefined, signal);
    return (Array.isArray(result) ? result : [])
      .filter(isJsonObject)
      .map(toRecord)
      .filter((record) => normalized(record.name) === normalized(name));
  }

  /** Undefined where the zone has no such record. */
  async get(
    zoneId: string,
    id: string,
    signal?: AbortSignal,
  ): Promise<HostRecord | undefined> {
    try {
      const found = await this.calls.call(
        "GET",
        pathOf(zoneId, id),
        undefined,
        signal,
      );
      return isJsonObject(found) ? toRecord(found) : undefined;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  /** @returns its id */
  async create(zoneId: string, wanted: Wanted): Promise<string> {
    const made = await this.calls.call("POST", pathOf(zoneId), bodyOf(wanted));
    return String(isJsonObject(made) ? made["id"] : undefined);
  }

  /** Leaves what it does not name, such as a comment. */
  async update(zoneId: string, id: string, wanted: Wanted): Promise<void> {
    await this.calls.call("PATCH", pathOf(zoneId, id), bodyOf(wanted));
  }

  /**
   * Changes several at once: first the deletions, last the new ones. It is the
   * one way to put a record of another type in the place of one, which no update
   * of it does any more; a put keeps the record's id. Cloudflare's servers see
   * the changes of a batch one by one, within seconds.
   *
   * @returns the ids of the new ones, in their order
   * @see https://developers.cloudflare.com/dns/manage-dns-records/how-to/batch-record-changes/
   * @see https://developers.cloudflare.com/fundamentals/api/reference/deprecations/
   */
  async change(zoneId: string, batch: Batch): Promise<readonly string[]> {
    const path = `${pathOf(zoneId)}/batch`;
    const result = await this.calls.call("POST", path, batch);
    const posts = isJsonObject(result) ? result["posts"] : undefined;
    return (Array.isArray(posts) ? posts : [])
      .filter(isJsonObject)
      .map(({ id }) => String(id));
  }

  /** Does nothing where it is gone already. */
  async remove(zoneId: string, id: string): Promise<void> {
    try {
      await this.calls.call("DELETE", pathOf(zoneId, id));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

export function toRecord(whole: JsonObject): HostRecord {
  const { content, id, name, proxied, type } = whole;
  return {
    id: String(id),
    name: String(name),
    type: String(type),
    content: String(content),
    proxied: proxied === true,
    whole,
  };
}

/** TTL 1 is automatic, the only value that a proxied record may have. */
export function bodyOf({ content, name, type }: Wanted) {
  return { type, name, content, proxied: true, ttl: 1 };
}

function isGone(error: unknown): boolean {
  return error instanceof CallFailure && error.status === 404;
}

function pathOf(zoneId: string, id?: string): string {
  const records = `/zones/${encodeURIComponent(zoneId)}/dns_records`;
  return id === undefined ? records : `${records}/${encodeURIComponent(id)}`;
}
