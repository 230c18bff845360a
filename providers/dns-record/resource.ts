import { normalized } from "../../dns/record";
import {
  ProviderError,
  type Context,
  type Diagnostics,
  type Moved,
  type PlanRequest,
  type Resource,
} from "../../terraform-plugin/provider";
import { UNKNOWN, type ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import { CallFailure } from "../tunnel-route/failure";
import type { Entry } from "../tunnel-route/journal";
import { retry } from "../tunnel-route/retry";
import type { HostRecord, Wanted } from "./api";
import {
  changedSincePlan,
  isNotThere,
  isThereAlready,
  leadsElsewhere,
  tellOfRelease,
  tellOfStay,
  tellOfUse,
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

async function plan(
  { planned: standard, prior }: PlanRequest,
  { client, diagnostics, ...rest }: Context<Client | undefined>,
): Promise<{ planned: ObjectValue }> {
  const planned = { ...standard, type: "CNAME", proxied: true };
  const { content, name, ownership, zone_id: zoneId }: ObjectValue = planned;
  if (prior !== null) {
    const isSame = prior["zone_id"] === zoneId && prior["name"] === name;
    return {
      planned: isSame ? planUpdate(planned, prior, diagnostics) : planned,
    };
  }
  const undecided = { ...planned, id: UNKNOWN, made: UNKNOWN };
  if (
    client === undefined ||
    typeof zoneId !== "string" ||
    typeof name !== "string" ||
    typeof content !== "string"
  )
    return { planned: undecided };
  const context = { client, diagnostics, ...rest };
  const found = await retry(
    () => look(planned, context),
    context,
    client.sleep,
  );
  const used = decide(found, planned, client);
  if (used === undefined) return { planned: undecided };
  if (ownership !== "existing") tellOfUse(diagnostics, name, used.id);
  return { planned: { ...planned, id: used.id, made: false } };
}

/** Who made it is decided already: only `ownership` can undo that, one way. */
function planUpdate(
  planned: ObjectValue,
  prior: ObjectValue,
  diagnostics: Diagnostics,
): ObjectValue {
  const { name, ownership } = planned;
  const there = recordIn(prior);
  if (prior["made"] === true && ownership !== "existing") return planned;
  if (!isRight(there, planned))
    throw leadsElsewhere(String(name), [there], String(planned["content"]));
  if (ownership === "create") throw isThereAlready(String(name), there);
  if (prior["made"] === true) tellOfRelease(diagnostics, String(name));
  return { ...planned, made: false };
}

/**
 * The record to use; undefined where one is to be made, or is ours already.
 *
 * @throws ProviderError where the host can have neither
 */
function decide(
  found: readonly HostRecord[],
  planned: ObjectValue,
  client: Client,
): HostRecord | undefined {
  const { name, ownership } = planned;
  const [one] = found;
  if (one === undefined) {
    if (ownership === "existing") throw isNotThere(String(name));
    return undefined;
  }
  if (found.length > 1 || !isRight(one, planned))
    throw leadsElsewhere(String(name), found, String(planned["content"]));
  if (ownership === "existing") return one;
  if (isOurs(one, planned, client)) return undefined;
  if (ownership === "create") throw isThereAlready(String(name), one);
  return one;
}

/** Says of one that was there before that it stays. */
async function planDestroy(
  prior: ObjectValue,
  { diagnostics }: Context<Client | undefined>,
): Promise<void> {
  if (prior["made"] !== true) tellOfStay(diagnostics, String(prior["name"]));
}

async function create(
  planned: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { client } = context;
  const { journal, records } = client;
  const made = (id: string) => {
    journal.write(noteOf(planned, id));
    client.ownRecords.add(id);
    return { ...planned, id, made: true };
  };
  return retry(
    async () => {
      const found = await look(planned, context);
      const used = decide(found, planned, client);
      if (planned["made"] === false && used?.id !== planned["id"])
        throw changedSincePlan(String(planned["name"]));
      if (used) return { ...planned, id: used.id, made: false };
      if (found[0]) return made(found[0].id);
      journal.write(noteOf(planned, ""));
      try {
        const zoneId = String(planned["zone_id"]);
        return made(await records.create(zoneId, wantedIn(planned)));
      } catch (error) {
        // Without an answer it may have been made: the next look will tell.
        if (error instanceof CallFailure && !error.unanswered)
          journal.remove(noteId(planned));
        throw error;
      }
    },
    context,
    client.sleep,
  );
}

/** As it is in the zone; another in its place is not the one of the state. */
async function read(
  state: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue | null> {
  const { client, signal } = context;
  const [zoneId, id] = [String(state["zone_id"]), String(state["id"])];
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
  if (made !== true) client.journal.remove(noteId(prior));
  else if (!isRight(recordIn(prior), planned))
    await retry(
      () =>
        client.records.update(String(zoneId), String(id), wantedIn(planned)),
      context,
      client.sleep,
    );
  return planned;
}

async function destroy(
  prior: ObjectValue,
  context: Context<Client>,
): Promise<void> {
  const { client } = context;
  const id = String(prior["id"]);
  // A resource of another name in the code has taken it over in this run.
  if (client.ownRecords.has(id)) return;
  if (prior["made"] === true)
    await retry(
      () => client.records.remove(String(prior["zone_id"]), id),
      context,
      client.sleep,
    );
  client.journal.remove(noteId(prior));
}

/** `ZONE/RECORD`: it is the stack's from then on. */
async function importRecord(
  id: string,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { client, signal } = context;
  const [zoneId = "", recordId = ""] = id.split("/");
  const found = await retry(
    () => client.records.get(zoneId, recordId, signal),
    context,
    client.sleep,
  );
  if (found === undefined)
    throw new ProviderError(
      `There is no DNS record ${id}`,
      "Import it by ZONE_ID/RECORD_ID.",
    );
  return { ...found, zone_id: zoneId, ownership: null, made: true };
}

/** One that Cloudflare's own resource made, as stacks did before. */
function move({ typeName, values }: Moved): ObjectValue {
  if (typeName !== "cloudflare_dns_record")
    throw new ProviderError(`A ${typeName} can't become a tunnel_dns_record`);
  return { ...values, ownership: null, made: true };
}

function look(planned: ObjectValue, { client, signal }: Context<Client>) {
  const { name, zone_id: zoneId } = planned;
  return client.records.find(String(zoneId), String(name), signal);
}

function isRight(
  { content, proxied, type }: Omit<HostRecord, "name">,
  planned: ObjectValue,
): boolean {
  return (
    type === "CNAME" &&
    proxied &&
    normalized(content) === normalized(String(planned["content"]))
  );
}

function recordIn(state: ObjectValue): HostRecord {
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
function isOurs(
  found: HostRecord,
  planned: ObjectValue,
  { journal }: Client,
): boolean {
  const note = journal.read(noteId(planned));
  return note !== undefined && ["", found.id].includes(note.claim);
}

/** @param recordId empty until Cloudflare has said it */
function noteOf(planned: ObjectValue, recordId: string): Entry {
  return {
    id: noteId(planned),
    claim: recordId,
    previous: null,
    written: [],
  };
}

function noteId({ name, zone_id }: ObjectValue): string {
  return `${String(zone_id)} DNS record ${String(name)}`;
}
