import type { JournalEntry } from "../deployment/journal-entries";
import { deleteRecord, makeRoom } from "../dns/delete-record";
import { HOST_TYPES } from "../dns/record";
import { tunnelName } from "../dns/tunnel-name";
import { faultOf, LEAVE_OUT } from "../doctor/checks/dns-record";
import type { PlannedRecord } from "../doctor/planned";
import { UNTOUCHED, type Part, type Row, type Scene } from "./survey";

const KIND = "DNS record";

/** One that is found for the host. */
interface Found {
  readonly id?: string;
  readonly type?: string;
  readonly content?: string;
  readonly proxied?: boolean;
}

/** What of a scene tells about its records. */
export interface RecordScene extends Pick<Scene, "noted" | "taken"> {
  readonly account: Pick<Scene["account"], "tunnel" | "records">;
  readonly service: Pick<Scene["service"], "hostname" | "record">;
}

/** The records of the host, and what the tunnel's provider decides about them. */
export async function records({
  account,
  noted,
  service,
  taken,
}: RecordScene): Promise<Part> {
  const { hostname, record: planned } = service;
  const target = tunnelName((await account.tunnel()).id);
  const all = await account.records(hostname);
  const found = all.filter(
    ({ name, type }) => name === hostname && HOST_TYPES.includes(type),
  );
  const room = makeRoom(hostname, found, target, deleteRecord(hostname, all));
  if (found.length === 0)
    return {
      rows: planned?.ownership === "existing" ? [missing(hostname)] : [],
      lines: [],
    };
  return {
    rows: found.map((record) => ({
      ...rowOf(hostname, record),
      ...(taken.has(record.id ?? "") || isOwn(record, planned, hostname, noted)
        ? ofStack(record, planned, target, room)
        : ofAnother(record, planned, { target, count: found.length, room })),
    })),
    lines: [],
  };
}

function rowOf(hostname: string, { content, id, proxied, type }: Found) {
  return {
    kind: KIND,
    name: `${hostname} ${type} ${content}${proxied ? "" : " (not proxied)"}`,
    id,
    afterDestroy: UNTOUCHED,
  };
}

/** Whether the stack made it: the state says so, or the provider's own note. */
function isOwn(
  { id }: Found,
  planned: PlannedRecord | undefined,
  hostname: string,
  noted: readonly JournalEntry[],
): boolean {
  if (planned?.id !== undefined && planned.id === id)
    return planned.made ?? true;
  return (
    planned !== undefined &&
    noted.some(
      (note) =>
        note.id.endsWith(` DNS record ${hostname}`) &&
        ["", id].includes(note.claim),
    )
  );
}

type Becoming = Pick<Row, "becomes"> & Partial<Row>;

function ofStack(
  record: Found,
  planned: PlannedRecord | undefined,
  target: string,
  room: string,
): Becoming {
  const fault = faultOf(record, target);
  if (planned?.ownership === "existing")
    return fault === undefined
      ? {
          becomes: "used",
          why: 'dnsRecord "existing": the stack lets go of it',
        }
      : inTheWay(fault, room);
  // One that only a note knows is no longer known to be as it was made.
  if (planned?.id === undefined && fault !== undefined)
    return inTheWay(fault, room);
  return {
    becomes: "the stack's own",
    ...(fault !== undefined && { why: `${fault}: the next deploy fixes it` }),
    afterDestroy: "deleted",
  };
}

function ofAnother(
  record: Found,
  planned: PlannedRecord | undefined,
  {
    count,
    room,
    target,
  }: {
    readonly count: number;
    readonly room: string;
    readonly target: string;
  },
): Becoming {
  const fault =
    faultOf(record, target) ??
    (count > 1 ? "is one of several, where the host needs one" : undefined);
  if (fault !== undefined) return inTheWay(fault, room);
  return planned?.ownership === "create"
    ? {
        becomes: "in the way",
        why: 'it is there already, and dnsRecord "create" wants to make it',
        todo: LEAVE_OUT,
      }
    : { becomes: "used", why: "used as it is, never changed or deleted" };
}

function inTheWay(fault: string, todo: string): Becoming {
  return { becomes: "in the way", why: `it ${fault}`, todo };
}

function missing(hostname: string): Row {
  return {
    kind: KIND,
    name: hostname,
    becomes: "in the way",
    why: 'there is none, and dnsRecord "existing" makes none',
    todo: LEAVE_OUT,
    afterDestroy: UNTOUCHED,
  };
}
