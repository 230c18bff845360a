import { CUT_CREATE, NOTHING_LEFT } from "../../base/cut-create";
import {
  ProviderError,
  type Context,
  type PlanRequest,
  type Resource,
} from "../../terraform-plugin/provider";
import { UNKNOWN, type ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import { printJson, type JsonObject } from "../tunnel-route/json";
import { retry } from "../tunnel-route/retry";
import {
  beforeDeploys,
  changedSince,
  differing,
  documentIn,
  isAsBefore,
  linksOf,
  listedWith,
  notKeptOf,
  placesOf,
  policiesIn,
  returnOf,
  reusableOf,
  settingsOf,
  wasTakenBefore,
  type Return,
} from "./document";
import {
  goneMeanwhile,
  refuseOthers,
  refuseReturn,
  tellOfChanges,
  tellOfGone,
  tellOfLoss,
  tellOfReset,
  tellOfReturn,
  unknownApplication,
} from "./messages";
import { missingOf } from "./missing";
import { forget, noteDestroy, noteId, noteIn } from "./note";
import { SCHEMA } from "./schema";

/** An application that was there before: changed as stated, and given back by a destroy. */
export const existingApplication: Resource<Client> = {
  schema: SCHEMA,
  plan,
  planDestroy,
  create,
  read,
  update,
  delete: giveBack,
  import: importCut,
};

async function plan(
  { planned, prior }: PlanRequest,
  context: Context<Client | undefined>,
): Promise<{ planned: ObjectValue }> {
  const { client } = context;
  const { app_id: appId } = planned;
  if (client === undefined || typeof appId !== "string") return { planned };
  if (prior !== null && prior["app_id"] === appId) {
    const previous = documentIn(prior["previous"]);
    if (typeof prior["drift"] === "string")
      tellOfReset(context.diagnostics, previous, prior["drift"]);
    return {
      planned: {
        ...planned,
        document: merged(previous, planned),
        drift: null,
        // What is written again may be kept this time.
        ...(prior["drift"] !== null && { not_kept: UNKNOWN }),
      },
    };
  }
  const found = await get(planned, { ...context, client });
  if (found === undefined)
    throw unknownApplication(appId, String(planned["hostname"]));
  const noted = notedBefore(planned, client);
  const previous = noted ?? beforeDeploys(found, policiesIn(planned));
  refuseOthers(found, String(planned["hostname"]), prior);
  const document = merged(previous, planned);
  if (noted === undefined && document !== UNKNOWN)
    tellOfChanges(context.diagnostics, found, previous, {
      ...planned,
      document,
    });
  return {
    planned: {
      ...planned,
      id: appId,
      aud: String(found["aud"]),
      document,
      previous: printJson(previous),
      drift: null,
    },
  };
}

async function planDestroy(
  prior: ObjectValue,
  context: Context<Client | undefined>,
): Promise<void> {
  const { client, diagnostics } = context;
  const previous = documentIn(prior["previous"]);
  tellOfReturn(diagnostics, prior, previous, notKeptOf(prior));
  if (client === undefined) return;
  const known = { ...context, client };
  const found = await get(prior, known);
  noteDestroy(prior, found !== undefined, client);
  if (found === undefined) return;
  // Later it would stop with the tunnel's rule from before in force already.
  const back = returnOf(prior, found, await missingOf(prior, known));
  refuseReturn(prior, found, back);
  tellOfGone(diagnostics, previous, back);
}

async function create(
  planned: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { client } = context;
  const found = await get(planned, context);
  if (found === undefined)
    throw unknownApplication(
      String(planned["app_id"]),
      String(planned["hostname"]),
    );
  refuseOthers(found, String(planned["hostname"]));
  const noted = notedBefore(planned, client);
  const isPlanned = typeof planned["previous"] === "string";
  const before = beforeDeploys(found, policiesIn(planned));
  const known = isPlanned ? documentIn(planned["previous"]) : (noted ?? before);
  if (noted === undefined && !isAsBefore(before, known))
    throw new ProviderError(
      `The application "${String(found["name"])}" has changed since the plan; nothing was written`,
      "Run the same command again.",
    );
  const document = merged(known, planned);
  client.journal.write({
    id: noteId(planned),
    claim: printJson(known),
    previous: null,
    written: [],
    application: {
      document: printJson(documentIn(document)),
      policies: policiesIn(planned),
    },
  });
  const made = {
    ...planned,
    id: planned["app_id"]!,
    aud: String(found["aud"]),
    document,
    previous: isPlanned ? planned["previous"]! : printJson(known),
    drift: null,
  };
  return { ...made, not_kept: await write(made, context) };
}

async function update(
  planned: ObjectValue,
  _: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue> {
  const document = merged(documentIn(planned["previous"]), planned);
  const written = { ...planned, document };
  const { journal } = context.client;
  if (journal.read(noteId(written))) journal.write(noteIn(written, false));
  return { ...written, not_kept: await write(written, context) };
}

/** Gone, it is null: a destroy has nothing to give back. */
async function read(
  state: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue | null> {
  const found = await get(state, context);
  const { givenBack } = context.client;
  givenBack.set(noteId(state), noteIn(state, false));
  if (found === undefined) {
    goneMeanwhile(context.diagnostics, state);
    noteDestroy(state, false, context.client);
    return null;
  }
  return { ...state, drift: printNames(changedSince(state, found)) };
}

/**
 * What a create had written before it was cut off. The journal knows it; where
 * that is lost, that the application lists the stack's policies tells.
 */
async function importCut(
  text: string,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { journal } = context.client;
  const [, accountId = "", appId = "", own = ""] = CUT.exec(text) ?? [];
  const place = { account_id: accountId, app_id: appId };
  const note = journal.read(noteId(place));
  const found = await get(place, context);
  const previous = note
    ? documentIn(note.claim)
    : beforeDeploys(found ?? {}, own.split("+"));
  if (
    found === undefined ||
    (note === undefined && !wasTakenBefore(previous)) ||
    isAsBefore(found, previous)
  ) {
    journal.remove(noteId(place));
    throw new ProviderError(NOTHING_LEFT);
  }
  const { document, policies } = note
    ? // An older version noted neither: the destroy then says what to look at.
      (note.application ?? { document: "{}", policies: [] })
    : {
        document: printJson(settingsOf(found)),
        policies: reusableOf(found).map(({ id }) => String(id)),
      };
  return {
    ...place,
    id: appId,
    hostname: String(placesOf(found)[0]),
    settings: document,
    policies: [...policies],
    allowed_idps: null,
    aud: String(found["aud"]),
    document,
    previous: printJson(previous),
    drift: null,
    not_kept: printNames(
      notKept({ ...settingsOf(previous), ...documentIn(document) }, found),
    ),
  };
}

const CUT = new RegExp(`^${CUT_CREATE}([^/]+)/([^/]+)(?:/(.+))?$`);

async function giveBack(
  prior: ObjectValue,
  context: Context<Client>,
): Promise<void> {
  const { client } = context;
  const found = await get(prior, context);
  if (found !== undefined) {
    const to = returnOf(prior, found, await missingOf(prior, context));
    refuseReturn(prior, found, to);
    if (!isAsBefore(found, to.back)) await putBack(prior, to, context);
  }
  forget(prior, client);
}

async function putBack(
  prior: ObjectValue,
  { back, gone, left, theirs }: Return,
  context: Context<Client>,
): Promise<void> {
  const { diagnostics } = context;
  const body = { ...settingsOf(left), policies: linksOf(left) };
  await put(prior, body, context);
  const now = await get(prior, context);
  const lost = now
    ? notKept(settingsOf(back), now).filter((name) => !theirs.includes(name))
    : [];
  if (lost.length > 0) tellOfLoss(diagnostics, back, lost, "destroy");
  tellOfGone(diagnostics, documentIn(prior["previous"]), { back, gone });
}

/** Writes what is planned, and says what Cloudflare did not keep of it: their names. */
async function write(
  planned: ObjectValue,
  context: Context<Client>,
): Promise<string | null> {
  const previous = documentIn(planned["previous"]);
  const document = documentIn(planned["document"]);
  const now = await get(planned, context);
  if (now === undefined)
    throw unknownApplication(
      String(planned["app_id"]),
      String(planned["hostname"]),
    );
  const policies = listedWith(now, policiesIn(planned));
  await put(planned, { ...document, policies }, context);
  const found = await get(planned, context);
  const lost = found ? notKept(document, found) : [];
  if (lost.length > 0)
    tellOfLoss(
      context.diagnostics,
      { ...previous, ...document },
      lost,
      "deploy",
    );
  return printNames(lost);
}

/** Fields that were written and are not there. */
function notKept(written: JsonObject, found: JsonObject): string[] {
  return differing(written, settingsOf(found)).filter(
    (name) => (found[name] ?? null) === null,
  );
}

function printNames(names: readonly string[]): string | null {
  return names.length > 0 ? names.join(", ") : null;
}

async function put(
  { account_id: accountId, app_id: id }: ObjectValue,
  body: JsonObject,
  context: Context<Client>,
): Promise<void> {
  const { client } = context;
  await retry(
    () => client.applications.put(String(accountId), String(id), body),
    context,
    client.sleep,
  );
}

function get(
  { account_id: accountId, app_id: id }: ObjectValue,
  context: Context<Client>,
): Promise<JsonObject | undefined> {
  const { client, signal } = context;
  return retry(
    () => client.applications.get(String(accountId), String(id), signal),
    context,
    client.sleep,
  );
}

/** What it was before the first change of a run that was cut off. */
function notedBefore(
  planned: ObjectValue,
  { journal }: Client,
): JsonObject | undefined {
  const note = journal.read(noteId(planned));
  return note && documentIn(note.claim);
}

/** All that it says already, with what is stated in its place. */
function merged(
  before: JsonObject,
  { allowed_idps: idps, settings }: ObjectValue,
): ObjectValue[string] {
  if (settings === UNKNOWN || idps === UNKNOWN) return UNKNOWN;
  if (Array.isArray(idps) && idps.includes(UNKNOWN)) return UNKNOWN;
  return printJson({
    ...settingsOf(before),
    ...documentIn(settings),
    ...(Array.isArray(idps) && { allowed_idps: idps }),
  });
}
