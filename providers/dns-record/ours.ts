import { normalized } from "../../dns/record";
import type { Context } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import type { Entry } from "../tunnel-route/journal";
import { retry } from "../tunnel-route/retry";
import type { HostRecord, Wanted } from "./api";
import { inTheWay, leading, sameRecords } from "./former";

/** What ours stands in the place of, as `former.ts` prints it. */
export type Previous = string | null;

/** The record of the state, where it alone says where the host is, and says it as we wrote it. */
export function ours(
  found: readonly HostRecord[],
  state: ObjectValue,
): HostRecord | undefined {
  const [one, ...more] = leading(found);
  const isSame = one && one.id === state["id"] && isRight(one, state);
  return isSame && more.length === 0 ? one : undefined;
}

/** As after a destroy that was cut off after its write. */
export function isAsBefore(
  found: readonly HostRecord[],
  former: readonly HostRecord[],
): boolean {
  return sameRecords(inTheWay(found), former);
}

/** What there is of the name. */
export function find(
  { name, zone_id: zoneId }: ObjectValue,
  { client, signal }: Context<Client>,
) {
  return client.records.find(String(zoneId), String(name), signal);
}

export function look(planned: ObjectValue, context: Context<Client>) {
  return retry(() => find(planned, context), context, context.client.sleep);
}

export function isRight(
  { content, proxied, type }: Omit<HostRecord, "id" | "name" | "whole">,
  planned: ObjectValue,
): boolean {
  return (
    type === "CNAME" &&
    proxied &&
    normalized(content) === normalized(String(planned["content"]))
  );
}

/** The record that a state tells of. */
export function stated(state: ObjectValue): Omit<HostRecord, "whole"> {
  return {
    ...wantedIn(state),
    id: String(state["id"]),
    proxied: state["proxied"] === true,
  };
}

export function wantedIn({ content, name, type }: ObjectValue): Wanted {
  return {
    name: String(name),
    type: String(type),
    content: String(content),
  };
}

/**
 * Whether one that the state does not know is what a run of ours made: it was
 * cut off, or its state is lost. Without a note it counts as somebody's own.
 */
export function isOurs({ id }: HostRecord, note: Entry | undefined): boolean {
  return note !== undefined && ["", id].includes(note.claim);
}

/**
 * @param recordId empty until Cloudflare has said it
 * @param previous those that it replaces
 */
export function noteOf(
  planned: ObjectValue,
  recordId: string,
  previous: Previous,
): Entry {
  return {
    id: noteId(planned),
    claim: recordId,
    previous: null,
    written: [],
    ...(previous && { records: previous }),
  };
}

export function noteId({ name, zone_id }: ObjectValue): string {
  return `${String(zone_id)} DNS record ${String(name)}`;
}
