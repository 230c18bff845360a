import { CUT_CREATE, NOTHING_LEFT } from "../../base/cut-create";
import { namedTunnel } from "../../dns/tunnel-name";
import { ProviderError, type Context } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import type { Entry } from "../tunnel-route/journal";
import { retry } from "../tunnel-route/retry";
import type { HostRecord } from "./api";
import { destroy } from "./destroy";
import { leading, recordsIn } from "./former";
import { tellOfReturn } from "./messages";
import { isAsBefore, look, isOurs, noteId } from "./ours";

/**
 * `ZONE/RECORD`: it is the stack's from then on. Of a create that was cut off,
 * the journal's note tells which it is: `cut:ZONE/NAME`.
 */
export async function importRecord(
  text: string,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { client } = context;
  const found = text.startsWith(CUT_CREATE)
    ? await cut(text.slice(CUT_CREATE.length), context)
    : await named(text, context);
  const { zone_id, record } = found;
  const note = client.journal.read(noteId({ zone_id, name: record.name }));
  return stateOf(found, note);
}

function stateOf(
  { record, zone_id }: Imported,
  note: Entry | undefined,
): ObjectValue {
  const { content, id, name, proxied, type } = record;
  return {
    ...{ id, name, type, content, proxied, zone_id },
    ownership: null,
    made: true,
    previous: isOurs(record, note) ? (note?.records ?? null) : "",
    added: null,
    drift: null,
  };
}

interface Imported {
  readonly zone_id: string;
  readonly record: HostRecord;
}

async function named(
  text: string,
  context: Context<Client>,
): Promise<Imported> {
  const { client, signal } = context;
  const [zone_id = "", id = ""] = text.split("/");
  const record = await retry(
    () => client.records.get(zone_id, id, signal),
    context,
    client.sleep,
  );
  if (record === undefined)
    throw new ProviderError(
      `There is no DNS record ${text}`,
      "Import it by ZONE_ID/RECORD_ID.",
    );
  return { zone_id, record };
}

export async function cut(
  text: string,
  context: Context<Client>,
): Promise<Imported> {
  const [zone_id = "", name = ""] = text.split("/");
  const record = await lookForCut({ zone_id, name }, context);
  if (record === undefined) throw new ProviderError(NOTHING_LEFT);
  return { zone_id, record };
}

/** Without its note where nothing was written. */
async function lookForCut(
  place: ObjectValue,
  context: Context<Client>,
): Promise<HostRecord | undefined> {
  const { journal } = context.client;
  const note = journal.read(noteId(place));
  const found = await look(place, context);
  if (isAsBefore(found, recordsIn(note?.records)))
    journal.remove(noteId(place));
  return writtenByCut(found, note);
}

/** Ours, as a run wrote it that was cut off before its state knew. */
export function writtenByCut(
  found: readonly HostRecord[],
  note: Entry | undefined,
): HostRecord | undefined {
  const [record, ...more] = leading(found);
  return record?.proxied &&
    more.length === 0 &&
    namedTunnel(record) !== undefined &&
    isOurs(record, note) &&
    !isAsBefore(found, recordsIn(note?.records))
    ? record
    : undefined;
}

/**
 * Gives back what a create has replaced that was cut off: no state knows of it,
 * and so a destroy by Terraform alone would leave the host leading here, without
 * what protects it.
 */
export async function giveBackCut(
  name: string,
  context: Context<Client>,
): Promise<void> {
  const { client, diagnostics } = context;
  for (const note of client.journal.endingIn(noteId({ zone_id: "", name }))) {
    // With its id noted, the state has it or is about to, but where all is being
    // destroyed: a record of the state goes before the route, and its note with it.
    if (note.claim !== "" && !client.destroysAll) continue;
    const [zone_id = ""] = note.id.split(" ");
    const place = { zone_id, name };
    const record = await lookForCut(place, context);
    if (record === undefined) continue;
    const former = recordsIn(note.records);
    if (former.length > 0) tellOfReturn(diagnostics, name, former);
    await destroy(stateOf({ zone_id, record }, note), context);
  }
}
