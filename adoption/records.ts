import type { JournalEntry } from "../deployment/journal-entries";
import { HOST_TYPES } from "../dns/record";
import { tunnelName } from "../dns/tunnel-name";
import {
  DELEGATED,
  faultOf,
  GIVE_ANOTHER,
  LEAVE_OUT,
  MANAGED,
} from "../doctor/checks/dns-record";
import type { PlannedRecord } from "../doctor/planned";
import type { HostRecord } from "../providers/dns-record/api";
import { isManaged, recordsIn } from "../providers/dns-record/former";
import {
  UNTOUCHED,
  type Change,
  type Line,
  type Part,
  type Row,
  type Scene,
} from "./survey";

const KIND = "DNS record";

/** One that is found for the host. */
interface Found {
  readonly id?: string;
  readonly type?: string;
  readonly content?: string;
  readonly proxied?: boolean;
  readonly meta?: unknown;
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
  const named = (await account.records(hostname)).filter(
    ({ name }) => name === hostname,
  );
  const found = named.filter(({ type }) => HOST_TYPES.includes(type));
  if (found.length === 0 && named.some(({ type }) => type === "NS"))
    return { rows: [none(hostname, DELEGATED, GIVE_ANOTHER)], lines: [] };
  if (found.length === 0)
    return {
      rows:
        planned?.ownership === "existing"
          ? [none(hostname, MAKES_NONE, LEAVE_OUT)]
          : planned?.previous?.length
            ? [deleted(hostname, planned.previous)]
            : [],
      lines: [],
    };
  const rows = found.map((record) => ({
    ...rowOf(hostname, record),
    ...(taken.has(record.id ?? "") || isOwn(record, planned, hostname, noted)
      ? ofStack(record, planned, target)
      : ofAnother(record, planned, target, found.length)),
  }));
  const isReplaced = rows.some(({ becomes }) => becomes === "taken over");
  return {
    rows,
    lines: isReplaced && planned?.ownership !== "replace" ? [REPLACE] : [],
  };
}

const REPLACE: Line = {
  file: "main.ts",
  text: 'dnsRecord: "replace",',
  does: "needed",
};

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
  { content, id, type }: Found,
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
        ["", id].includes(note.claim) &&
        // As before the write that the note announces.
        !recordsIn(note.records).some(
          (one) => one.content === content && one.type === type,
        ),
    )
  );
}

type Becoming = Pick<Row, "becomes"> & Partial<Row>;

function ofStack(
  record: Found,
  planned: PlannedRecord | undefined,
  target: string,
): Becoming {
  const fault = faultOf(record, target);
  const { previous = [] } = planned ?? {};
  if (planned?.ownership === "existing")
    return fault === undefined
      ? {
          becomes: "used",
          why: 'dnsRecord "existing": the stack lets go of it',
          ...(planned.id !== undefined && {
            afterDestroy:
              'deleted; once dnsRecord: "existing" is deployed, untouched',
          }),
        }
      : replaced(record, fault, target);
  // One that only a note knows is no longer known to be as it was made.
  if (planned?.id === undefined && fault !== undefined)
    return replaced(record, fault, target);
  return {
    becomes: "the stack's own",
    ...(fault !== undefined && { why: `${fault}: the next deploy fixes it` }),
    afterDestroy:
      previous.length === 0
        ? "deleted"
        : fault !== undefined
          ? `left as it is, and ${namesOf(previous)} not put back: deploy first for that`
          : `${namesOf(previous)} put back in its place`,
  };
}

function namesOf(records: readonly HostRecord[]): string {
  return records.map(({ content, type }) => `${type} ${content}`).join(" and ");
}

function ofAnother(
  record: Found,
  planned: PlannedRecord | undefined,
  target: string,
  count: number,
): Becoming {
  const fault =
    faultOf(record, target) ??
    (count > 1 ? "is one of several, where the host needs one" : undefined);
  if (fault !== undefined) return replaced(record, fault, target);
  return planned?.ownership === "create"
    ? {
        becomes: "in the way",
        why: 'it is there already, and dnsRecord: "create" would create it again',
        todo: LEAVE_OUT,
      }
    : { becomes: "used", why: "used as it is, never changed or deleted" };
}

/** One that keeps the stack's own from its place. */
function replaced(record: Found, fault: string, target: string): Becoming {
  if (isManaged(record))
    return {
      becomes: "in the way",
      why: `it ${fault}, and ${MANAGED}`,
      todo: GIVE_ANOTHER,
    };
  const { content, proxied, type } = record;
  const changes: Change[] = [
    { attribute: "type", before: String(type), after: "CNAME" },
    { attribute: "content", before: String(content), after: target },
    { attribute: "proxied", before: String(proxied), after: "true" },
  ].filter(({ after, before }) => before !== after);
  return {
    becomes: "taken over",
    isNew: true,
    why: `it ${fault}: whoever uses that by this name loses it${type === "CNAME" ? "" : `, and whoever knows ${content} gets there as before`}`,
    changes,
    afterDestroy: "put back",
  };
}

/** The stack's own, which somebody has deleted where it stood in the place of others. */
function deleted(hostname: string, previous: readonly HostRecord[]): Row {
  return {
    kind: KIND,
    name: hostname,
    becomes: "made",
    why: "somebody has deleted the stack's: the next deploy makes it again",
    afterDestroy: `${namesOf(previous)} not put back: deploy first for that`,
  };
}

const MAKES_NONE = 'there is none, and dnsRecord "existing" makes none';

function none(hostname: string, why: string, todo: string): Row {
  return {
    kind: KIND,
    name: hostname,
    becomes: "in the way",
    why,
    todo,
    afterDestroy: UNTOUCHED,
  };
}
