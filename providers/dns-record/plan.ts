import type {
  Context,
  Diagnostics,
  PlanRequest,
} from "../../terraform-plugin/provider";
import {
  UNKNOWN,
  type ObjectValue,
  type Value,
} from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import type { HostRecord } from "./api";
import {
  addedTo,
  hasReplaced,
  inTheWay,
  isManaged,
  leading,
  printRecords,
  recordsIn,
  sameRecords,
} from "./former";
import {
  isDelegated,
  isManagedElsewhere,
  isNotThere,
  isThereAlready,
  leadsElsewhere,
  tellOfKept,
  tellOfLeaving,
  tellOfLost,
  tellOfRelease,
  tellOfReplacing,
  tellOfReturn,
  tellOfStay,
  tellOfUnknown,
  tellOfUse,
  wouldForget,
} from "./messages";
import {
  type Previous,
  ours,
  isAsBefore,
  look,
  isRight,
  stated,
  isOurs,
  noteId,
} from "./ours";

/** What becomes of what is there. */
export type Decision =
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

export async function plan(
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
  const undecided = { ...planned, id: UNKNOWN, made: UNKNOWN, added: null };
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

export function used(id: string) {
  return { id, made: false, previous: null, added: null };
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
  return { ...planned, made: false, added: null };
}

/** @throws ProviderError where they are not the account's to change */
export function replaceable(
  found: readonly HostRecord[],
  name: string,
): readonly HostRecord[] {
  const way = inTheWay(found);
  const managed = way.find(({ whole }) => isManaged(whole));
  if (managed) throw isManagedElsewhere(name, managed);
  return way;
}

function anew(previous: Value = null) {
  return { id: UNKNOWN, made: true, previous, added: null };
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
export function decide(
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
export async function planDestroy(
  prior: ObjectValue,
  context: Context<Client | undefined>,
): Promise<void> {
  const { client, diagnostics } = context;
  const name = String(prior["name"]);
  if (prior["made"] !== true) tellOfStay(diagnostics, name);
  else if (prior["previous"] === "") tellOfUnknown(diagnostics, name);
  if (!hasReplaced(prior)) return tellOfLost(diagnostics, name, prior["added"]);
  const former = recordsIn(prior["previous"]);
  const found = client && (await look(prior, { ...context, client }));
  const own = found && ours(found, prior);
  if (found && !isAsBefore(found, former) && !own)
    tellOfLeaving(diagnostics, name, leading(found), former, "destroy");
  else {
    tellOfReturn(diagnostics, name, former);
    if (own) tellOfLost(diagnostics, name, addedTo(own, former));
  }
}
