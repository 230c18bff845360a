import { normalized } from "../../dns/record";
import {
  ProviderError,
  type Context,
  type Moved,
  type Resource,
} from "../../terraform-plugin/provider";
import {
  UNKNOWN,
  type ObjectValue,
  type Value,
} from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import { CallFailure } from "../tunnel-route/failure";
import { retry } from "../tunnel-route/retry";
import type { HostRecord } from "./api";
import { importRecord, writtenByCut } from "./cut";
import { destroy } from "./destroy";
import {
  addedTo,
  hasReplaced,
  leading,
  printRecords,
  recordsIn,
  replacing,
  sameRecords,
} from "./former";
import { changedSincePlan, shown } from "./messages";
import {
  type Previous,
  ours,
  find,
  look,
  isRight,
  stated,
  wantedIn,
  isOurs,
  noteOf,
  noteId,
} from "./ours";
import {
  type Decision,
  plan,
  replaceable,
  decide,
  planDestroy,
  used,
} from "./plan";
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
        ...{ made: true, added: null, drift: null },
      };
    }
  }
  if (hasReplaced(state)) {
    // Gone, it is not forgotten: the state alone may know what was before it.
    const found = await look(state, context);
    const there = leading(found).map(shown).join(", ");
    const own = ours(found, state);
    return {
      ...state,
      added: own ? addedTo(own, recordsIn(state["previous"])) : null,
      drift: own ? null : there || "nothing",
    };
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
    added: state["made"] === true ? addedTo(found) : null,
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

/** One that Cloudflare's own resource made, as stacks did before. */
function move({ typeName, values }: Moved): ObjectValue {
  if (typeName !== "cloudflare_dns_record")
    throw new ProviderError(`A ${typeName} can't become a tunnel_dns_record`);
  return {
    ...values,
    ...{ ownership: null, made: true, previous: null },
    ...{ added: null, drift: null },
  };
}
