import { normalized } from "../../dns/record";
import { namedTunnel } from "../../dns/tunnel-name";
import { CUT_CREATE, NOTHING_LEFT } from "../../base/cut-create";
import {
  ProviderError,
  type Context,
  type Diagnostics,
  type Moved,
  type PlanRequest,
  type Resource,
} from "../../terraform-plugin/provider";
import {
  UNKNOWN,
  type ObjectValue,
  type Value,
} from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import { CallFailure } from "../tunnel-route/failure";
import type { Entry } from "../tunnel-route/journal";
import { retry } from "../tunnel-route/retry";
import type { HostRecord, Wanted } from "./api";
import {
  hasReplaced,
  inTheWay,
  isManaged,
  leading,
  printRecords,
  puttingBack,
  recordsIn,
  replacing,
  sameRecords,
} from "./former";
import {
  changedSincePlan,
  isDelegated,
  isManagedElsewhere,
  isNotThere,
  isThereAlready,
  leadsElsewhere,
  shown,
  tellOfKept,
  tellOfLeaving,
  tellOfRelease,
  tellOfReplacing,
  tellOfReturn,
  tellOfStay,
  tellOfUnknown,
  tellOfUse,
  wouldForget,
} from "./messages";
import { SCHEMA } from "./schema";

/** The record of a host: used where it is there, made where it is not. */
export const dnsRecord: Resource<Client> = {
  schema: SCHEMA,
  plan,
  planDestroy,
  create,
  read,
  update,
  delete: destroy,
  import: importRecord,
  move,
};

/** What becomes of what is there. */
type Decision =
  /** It is right, and somebody else's. */
  | { readonly do: "use"; readonly id: string }
  /** It is ours, which the state does not know. */
  | { readonly do: "take"; readonly id: string; readonly previous: Previous }
  /** There is none. */
  | { readonly do: "make"; readonly previous: Previous }
  | {
      readonly do: "replace";
      readonly way: readonly HostRecord[];
      readonly previous: string;
    };

/** What ours stands in the place of, as `former.ts` prints it. */
type Previous = string | null;

async function plan(
  { planned: standard, prior }: PlanRequest,
  context: Context<Client | undefined>,
): Promise<{ planned: ObjectValue }> {
  const { client, diagnostics } = context;
  const planned = { ...standard, type: "CNAME", proxied: true, drift: null };
  const { content, name, ownership, zone_id: zoneId }: ObjectValue = planned;
  const isKnown =
    client !== undefined &&
    [zoneId, name, content].every((value) => typeof value === "string");
  if (prior !== null) {
    const isSame = prior["zone_id"] === zoneId && prior["name"] === name;
    if (!isSame) return { planned };
    return {
      planned: await planUpdate(
        planned,
        prior,
        diagnostics,
        isKnown ? { ...context, client } : undefined,
      ),
    };
  }
  const undecided = { ...planned, id: UNKNOWN, made: UNKNOWN };
  if (!isKnown) return { planned: { ...undecided, previous: UNKNOWN } };
  const found = await look(planned, { ...context, client });
  const decision = decide(found, planned, client);
  if (decision.do === "use") {
    if (ownership !== "existing")
      tellOfUse(diagnostics, String(name), decision.id, ownership);
    return { planned: { ...planned, ...used(decision.id) } };
  }
  if (decision.do === "replace")
    tellOfReplacing(diagnostics, String(name), decision.way, String(content));
  return { planned: { ...undecided, previous: decision.previous } };
}

function used(id: string) {
  return { id, made: false, previous: null };
}

/**
 * Who made it is decided already: only `ownership` can undo that, one way.
 *
 * @param context undefined where nothing can be looked at yet
 */
async function planUpdate(
  planned: ObjectValue,
  prior: ObjectValue,
  diagnostics: Diagnostics,
  context: Context<Client> | undefined,
): Promise<ObjectValue> {
  const { content, ownership } = planned;
  const name = String(planned["name"]);
  if (hasReplaced(prior)) {
    if (ownership === "existing")
      throw wouldForget(name, recordsIn(prior["previous"]));
    if (ownership !== "replace" && prior["ownership"] === "replace")
      tellOfKept(diagnostics, name, recordsIn(prior["previous"]));
    return prior["drift"] === null || context === undefined
      ? planned
      : planAnew(planned, prior, context);
  }
  if (prior["made"] === true && ownership !== "existing") return planned;
  const there = stated(prior);
  if (!isRight(there, planned)) {
    if (ownership !== "replace" || context === undefined)
      throw leadsElsewhere(name, [there], String(content));
    const way = replaceable(await look(planned, context), name);
    tellOfReplacing(diagnostics, name, way, String(content));
    return { ...planned, ...anew(printRecords(way)) };
  }
  if (ownership === "create") throw isThereAlready(name, there);
  if (prior["made"] === true) tellOfRelease(diagnostics, name);
  return { ...planned, made: false };
}

/** @throws ProviderError where they are not the account's to change */
function replaceable(
  found: readonly HostRecord[],
  name: string,
): readonly HostRecord[] {
  const way = inTheWay(found);
  const managed = way.find(({ whole }) => isManaged(whole));
  if (managed) throw isManagedElsewhere(name, managed);
  return way;
}

function anew(previous: Value = null) {
  return { id: UNKNOWN, made: true, previous };
}

/** Somebody has changed what stands in the place of others. */
async function planAnew(
  planned: ObjectValue,
  prior: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { diagnostics } = context;
  const [name, content] = [String(planned["name"]), String(planned["content"])];
  const former = recordsIn(prior["previous"]);
  const found = await look(planned, context);
  const there = leading(found);
  const [one] = there;
  if (one === undefined) return { ...planned, ...anew(prior["previous"]) };
  // Changed in its place it is ours, and put right.
  if (there.length === 1 && one.id === prior["id"]) return planned;
  if (there.length === 1 && isRight(one, planned)) {
    tellOfLeaving(diagnostics, name, there, former, "deploy");
    return { ...planned, ...used(one.id) };
  }
  if (planned["ownership"] !== "replace")
    throw leadsElsewhere(name, there, content);
  const way = replaceable(found, name);
  tellOfReplacing(diagnostics, name, way, content);
  if (!sameRecords(way, former))
    tellOfLeaving(diagnostics, name, there, former, "deploy");
  return { ...planned, ...anew(printRecords(way)) };
}

/** @throws ProviderError where the host can have no record of the stack's */
function decide(
  found: readonly HostRecord[],
  planned: ObjectValue,
  client: Client,
): Decision {
  const { content, ownership } = planned;
  const name = String(planned["name"]);
  const there = leading(found);
  const [one] = there;
  const note = client.journal.read(noteId(planned));
  if (one === undefined) {
    if (ownership === "existing") throw isNotThere(name);
    if (found.some(({ type }) => type === "NS")) throw isDelegated(name);
    // Until ours was there, nobody can have taken it away.
    return {
      do: "make",
      previous: (note?.claim && note.records) || null,
    };
  }
  if (there.length === 1 && isRight(one, planned)) {
    if (ownership === "existing") return { do: "use", id: one.id };
    if (isOurs(one, note))
      return { do: "take", id: one.id, previous: note?.records ?? null };
    if (ownership === "create") throw isThereAlready(name, one);
    return { do: "use", id: one.id };
  }
  if (ownership !== "replace")
    throw leadsElsewhere(name, there, String(content));
  const way = replaceable(found, name);
  return { do: "replace", way, previous: printRecords(way) };
}

/** Says of one that was there before that it stays, and of those before ours that they come back. */
async function planDestroy(
  prior: ObjectValue,
  context: Context<Client | undefined>,
): Promise<void> {
  const { client, diagnostics } = context;
  const name = String(prior["name"]);
  if (prior["made"] !== true) tellOfStay(diagnostics, name);
  else if (prior["previous"] === "") tellOfUnknown(diagnostics, name);
  if (!hasReplaced(prior)) return;
  const former = recordsIn(prior["previous"]);
  const found = client && (await look(prior, { ...context, client }));
  if (found && !isAsBefore(found, former) && !ours(found, prior))
    tellOfLeaving(diagnostics, name, leading(found), former, "destroy");
  else tellOfReturn(diagnostics, name, former);
}

async function create(
  planned: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { client } = context;
  return retry(
    async () => {
      const decision = decide(await find(planned, context), planned, client);
      if (decision.do !== "use" && planned["made"] !== false)
        return put(planned, decision, context);
      const isOther =
        decision.do !== "use" ||
        (planned["made"] === false
          ? decision.id !== planned["id"]
          : hasReplaced(planned));
      if (isOther) throw changedSincePlan(String(planned["name"]));
      return { ...planned, ...used(decision.id) };
    },
    context,
    client.sleep,
  );
}

/** Has ours there, as decided: noted before it is written, and once it has an id. */
async function put(
  planned: ObjectValue,
  decision: Exclude<Decision, { do: "use" }>,
  { client }: Context<Client>,
): Promise<ObjectValue> {
  const { journal, records } = client;
  if (!isPlanned(decision, planned["previous"]))
    throw changedSincePlan(String(planned["name"]));
  const previous =
    planned["previous"] === UNKNOWN
      ? decision.previous
      : (planned["previous"] as Previous);
  const made = (id: string) => {
    journal.write(noteOf(planned, id, previous));
    client.ownRecords.add(id);
    return { ...planned, id, made: true, previous, drift: null };
  };
  if (decision.do === "take") return made(decision.id);
  const noted = journal.read(noteId(planned));
  journal.write(noteOf(planned, "", previous));
  try {
    const zoneId = String(planned["zone_id"]);
    const wanted = wantedIn(planned);
    if (decision.do === "make")
      return made(await records.create(zoneId, wanted));
    const batch = replacing(decision.way, wanted);
    const [id] = await records.change(zoneId, batch);
    return made(id ?? String(batch.puts?.[0]?.["id"]));
  } catch (error) {
    // Without an answer it may have been made: the next look will tell.
    if (error instanceof CallFailure && !error.unanswered)
      // Of ours that somebody took away, it alone may know what was before it.
      if (noted?.claim) journal.write(noted);
      else journal.remove(noteId(planned));
    throw error;
  }
}

/** Whether ours takes the place of what people were shown. */
function isPlanned(
  { previous }: { readonly previous: Previous },
  planned: Value | undefined,
): boolean {
  return (
    planned === UNKNOWN || sameRecords(recordsIn(previous), recordsIn(planned))
  );
}

/** As it is in the zone; another in its place is not the one of the state. */
async function read(
  state: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue | null> {
  const { client, signal } = context;
  const [zoneId, id] = [String(state["zone_id"]), String(state["id"])];
  const note = client.journal.read(noteId(state));
  if (note?.claim === "") {
    const cut = writtenByCut(await look(state, context), note);
    if (cut) {
      client.journal.write({ ...note, claim: cut.id });
      const { content, id, proxied, type } = cut;
      const previous = note.records ?? null;
      return {
        ...{ ...state, content, id, proxied, type, previous },
        ...{ made: true, drift: null },
      };
    }
  }
  if (hasReplaced(state)) {
    // Gone, it is not forgotten: the state alone may know what was before it.
    const found = await look(state, context);
    const there = leading(found).map(shown).join(", ");
    return { ...state, drift: ours(found, state) ? null : there || "nothing" };
  }
  const found = await retry(
    () => client.records.get(zoneId, id, signal),
    context,
    client.sleep,
  );
  if (found === undefined) return null;
  const { content, name, proxied, type } = found;
  const isSame = (key: string, now: string) =>
    normalized(String(state[key])) === normalized(now);
  return {
    ...state,
    type,
    proxied,
    ...(!isSame("name", name) && { name }),
    ...(!isSame("content", content) && { content }),
  };
}

async function update(
  planned: ObjectValue,
  prior: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { client } = context;
  const { id, made, zone_id: zoneId } = planned;
  if (made !== true) {
    client.journal.remove(noteId(prior));
    return planned;
  }
  if (id === UNKNOWN)
    return retry(
      async () =>
        put(
          planned,
          again(await find(planned, context), planned, client),
          context,
        ),
      context,
      client.sleep,
    );
  if (!isRight(stated(prior), planned) || (prior["drift"] ?? null) !== null)
    await retry(
      () =>
        client.records.update(String(zoneId), String(id), wantedIn(planned)),
      context,
      client.sleep,
    );
  return planned;
}

/** Where the state's record is not there any more, or was not ours. */
function again(
  found: readonly HostRecord[],
  planned: ObjectValue,
  { journal }: Client,
): Exclude<Decision, { do: "use" }> {
  const [one, ...more] = leading(found);
  const previous = (planned["previous"] ?? null) as Previous;
  if (one === undefined) return { do: "make", previous };
  const isDone =
    more.length === 0 &&
    isRight(one, planned) &&
    isOurs(one, journal.read(noteId(planned)));
  if (isDone) return { do: "take", id: one.id, previous };
  const way = replaceable(found, String(planned["name"]));
  return { do: "replace", way, previous: printRecords(way) };
}

async function destroy(
  prior: ObjectValue,
  context: Context<Client>,
): Promise<void> {
  const { client } = context;
  const id = String(prior["id"]);
  // A resource of another name in the code has taken it over in this run.
  if (client.ownRecords.has(id)) return;
  if (hasReplaced(prior))
    await retry(() => putBack(prior, context), context, client.sleep);
  else if (prior["made"] === true)
    await retry(
      () => client.records.remove(String(prior["zone_id"]), id),
      context,
      client.sleep,
    );
  client.journal.remove(noteId(prior));
}

/** Only in the place of ours, and only where it is as we wrote it. */
async function putBack(
  prior: ObjectValue,
  context: Context<Client>,
): Promise<void> {
  const { client, diagnostics } = context;
  const former = recordsIn(prior["previous"]);
  const found = await find(prior, context);
  if (isAsBefore(found, former)) return;
  const own = ours(found, prior);
  if (own)
    await client.records.change(
      String(prior["zone_id"]),
      puttingBack(former, own, found),
    );
  else {
    const name = String(prior["name"]);
    tellOfLeaving(diagnostics, name, leading(found), former, "destroy");
  }
}

/** The record of the state, where it alone says where the host is, and says it as we wrote it. */
function ours(
  found: readonly HostRecord[],
  state: ObjectValue,
): HostRecord | undefined {
  const [one, ...more] = leading(found);
  const isSame = one && one.id === state["id"] && isRight(one, state);
  return isSame && more.length === 0 ? one : undefined;
}

/** As after a destroy that was cut off after its write. */
function isAsBefore(
  found: readonly HostRecord[],
  former: readonly HostRecord[],
): boolean {
  return sameRecords(inTheWay(found), former);
}

/**
 * `ZONE/RECORD`: it is the stack's from then on. Of a create that was cut off,
 * the journal's note tells which it is: `cut:ZONE/NAME`.
 */
async function importRecord(
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

async function cut(text: string, context: Context<Client>): Promise<Imported> {
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
function writtenByCut(
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
    // Once its id is noted, the state has it, or is about to.
    if (note.claim !== "") continue;
    const [zone_id = ""] = note.id.split(" ");
    const place = { zone_id, name };
    const record = await lookForCut(place, context);
    if (record === undefined) continue;
    const former = recordsIn(note.records);
    if (former.length > 0) tellOfReturn(diagnostics, name, former);
    await destroy(stateOf({ zone_id, record }, note), context);
  }
}

/** One that Cloudflare's own resource made, as stacks did before. */
function move({ typeName, values }: Moved): ObjectValue {
  if (typeName !== "cloudflare_dns_record")
    throw new ProviderError(`A ${typeName} can't become a tunnel_dns_record`);
  return {
    ...values,
    ...{ ownership: null, made: true, previous: null, drift: null },
  };
}

/** What there is of the name. */
function find(
  { name, zone_id: zoneId }: ObjectValue,
  { client, signal }: Context<Client>,
) {
  return client.records.find(String(zoneId), String(name), signal);
}

function look(planned: ObjectValue, context: Context<Client>) {
  return retry(() => find(planned, context), context, context.client.sleep);
}

function isRight(
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
function stated(state: ObjectValue): Omit<HostRecord, "whole"> {
  return {
    ...wantedIn(state),
    id: String(state["id"]),
    proxied: state["proxied"] === true,
  };
}

function wantedIn({ content, name, type }: ObjectValue): Wanted {
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
function isOurs({ id }: HostRecord, note: Entry | undefined): boolean {
  return note !== undefined && ["", id].includes(note.claim);
}

/**
 * @param recordId empty until Cloudflare has said it
 * @param previous those that it replaces
 */
function noteOf(
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

function noteId({ name, zone_id }: ObjectValue): string {
  return `${String(zone_id)} DNS record ${String(name)}`;
}
