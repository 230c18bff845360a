import { HOST_TYPES, normalized } from "../../dns/record";
import type { ObjectValue } from "../../terraform-plugin/value";
import {
  isJsonObject,
  meaning,
  parseJson,
  printJson,
  type JsonObject,
} from "../tunnel-route/json";
import {
  bodyOf,
  toRecord,
  type Batch,
  type HostRecord,
  type Wanted,
} from "./api";

/** Those that say where the host is. */
export function leading(found: readonly HostRecord[]): readonly HostRecord[] {
  return found.filter(({ type }) => HOST_TYPES.includes(type));
}

/** Those, and what tells browsers of another place. */
export function inTheWay(found: readonly HostRecord[]): readonly HostRecord[] {
  return found.filter(
    (record) => HOST_TYPES.includes(record.type) || sendsElsewhere(record),
  );
}

/**
 * Whether a record names another host or addresses to browsers, which they take
 * before those of the host itself. A CNAME may stand beside it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9460#section-2.4
 */
function sendsElsewhere({ content, name, type, whole }: HostRecord): boolean {
  if (type !== "HTTPS") return false;
  const data = isJsonObject(whole["data"]) ? whole["data"] : {};
  const [, written = "."] = content.split(/\s+/);
  const target = normalized(String(data["target"] ?? written));
  return (
    !["", normalized(name)].includes(target) || /ipv[46]hint/.test(content)
  );
}

/** Answered, and not to be written. */
const READ_ONLY: ReadonlySet<string> = new Set([
  ...["id", "zone_id", "zone_name", "created_on", "modified_on", "locked"],
  ...["comment_modified_on", "tags_modified_on", "proxiable", "meta"],
]);

/** A record as it can be written again. */
function settingsOf(whole: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(whole).filter(
      ([name, value]) =>
        !READ_ONLY.has(name) &&
        // Cloudflare makes it of the data.
        !(name === "content" && isJsonObject(whole["data"])) &&
        !["null", "[]", "{}"].includes(meaning(value)),
    ),
  );
}

/** As a state and the journal keep them. */
export function printRecords(records: readonly HostRecord[]): string {
  return printJson(
    [...records]
      .sort((a, b) => a.id.localeCompare(b.id))
      .map(({ whole }) => whole),
  );
}

/** Those of before that a state or a note knows; none where ours replaced none. */
export function recordsIn(previous: unknown): readonly HostRecord[] {
  if (typeof previous !== "string" || previous === "") return [];
  const list = parseJson(previous);
  return (Array.isArray(list) ? list : []).filter(isJsonObject).map(toRecord);
}

/** Whether two lists of records say the same, but for when they were written. */
export function sameRecords(
  some: readonly HostRecord[],
  others: readonly HostRecord[],
): boolean {
  const said = (records: readonly HostRecord[]) =>
    records.map(({ whole }) => meaning(settingsOf(whole))).sort();
  return said(some).join() === said(others).join();
}

/** Puts ours in the place of those that are there: of the CNAME itself where one is there. */
export function replacing(way: readonly HostRecord[], wanted: Wanted): Batch {
  const kept = way.find(({ type }) => type === "CNAME");
  const deletes = way.filter((one) => one !== kept).map(({ id }) => ({ id }));
  const ours = bodyOf(wanted);
  return kept
    ? { deletes, puts: [{ ...aboutIt(kept), ...ours, id: kept.id }] }
    : { deletes, posts: [ours] };
}

/** Puts those of before in the place of ours, whose id one of them may have. */
export function puttingBack(
  previous: readonly HostRecord[],
  ours: HostRecord,
  found: readonly HostRecord[],
): Batch {
  const kept = previous.find(({ id }) => id === ours.id);
  const isThere = (one: HostRecord) =>
    found.some((other) => other !== ours && sameRecords([one], [other]));
  const posts = previous
    .filter((one) => one !== kept && !isThere(one))
    .map(({ whole }) => settingsOf(whole));
  return kept
    ? {
        puts: [{ ...settingsOf(kept.whole), ...aboutIt(ours), id: kept.id }],
        posts,
      }
    : { deletes: [{ id: ours.id }], posts };
}

/** What people say about a record, which stays where its place does. */
function aboutIt({ whole: { comment = null, tags = [] } }: HostRecord) {
  return { comment, tags };
}

/**
 * What somebody has set on ours, and is lost where those of before come back, or
 * nothing does: JSON; null where there is none.
 */
export function addedTo(
  ours: HostRecord,
  previous: readonly HostRecord[] = [],
): string | null {
  const kept = previous.find(({ id }) => id === ours.id);
  const stays = kept ? setOn({ ...kept.whole, ...aboutIt(ours) }) : {};
  const lost = Object.entries(setOn(ours.whole)).filter(
    ([name, value]) => meaning(value) !== meaning(stays[name] ?? null),
  );
  return lost.length > 0 ? printJson(Object.fromEntries(lost)) : null;
}

/** What no deploy sets. */
function setOn({
  comment = null,
  settings,
  tags = null,
  ttl = 1,
}: JsonObject): JsonObject {
  const on = Object.entries(isJsonObject(settings) ? settings : {}).filter(
    ([, value]) => value !== false && value !== null,
  );
  const all = { comment, tags, ttl, settings: Object.fromEntries(on) };
  return Object.fromEntries(
    Object.entries(all).filter(
      ([, value]) => !["null", '""', "[]", "{}", "1"].includes(meaning(value)),
    ),
  );
}

/** Whether another product of Cloudflare's has made a record, and alone can change it. */
export function isManaged({ meta }: { readonly meta?: unknown }): boolean {
  return isJsonObject(meta) && meta["read_only"] === true;
}

/** Of a state: whether ours stands in the place of others. */
export function hasReplaced({ previous }: ObjectValue): boolean {
  return recordsIn(previous).length > 0;
}
