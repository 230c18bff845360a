import { CUT_CREATE, NOTHING_LEFT } from "../../base/cut-create";
import {
  ProviderError,
  type Context,
  type PlanRequest,
  type Resource,
  type Schema,
} from "../../terraform-plugin/provider";
import { UNKNOWN, type ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import { CallFailure } from "../tunnel-route/failure";
import type { Entry } from "../tunnel-route/journal";
import { retry } from "../tunnel-route/retry";
import type { Pin } from "./api";

const text = { type: "string" } as const;

const SCHEMA: Schema = {
  description:
    "The one-time PIN of an account, of which there is one at most. One that is there is used and never changed or deleted; where there is none, it is made, and a destroy deletes that one.",
  attributes: {
    id: { ...text, computed: true, useStateForUnknown: true },
    account_id: { ...text, required: true, requiresReplace: true },
    name: {
      ...text,
      required: true,
      description: "The name that it gets where it has to be made.",
    },
    made: {
      type: "bool",
      computed: true,
      useStateForUnknown: true,
      description:
        "Whether this resource made it, so that a destroy deletes it. Its name says nothing: people rename it.",
    },
  },
};

/** The one-time PIN of an account: used where it is there, made where it is not. */
export const oneTimePin: Resource<Client> = {
  schema: SCHEMA,
  plan,
  planDestroy,
  create,
  read,
  update,
  delete: destroy,
  import: importCut,
};

async function plan(
  { planned, prior }: PlanRequest,
  { client, ...rest }: Context<Client | undefined>,
): Promise<{ planned: ObjectValue }> {
  const accountId = planned["account_id"];
  if (prior !== null || client === undefined || typeof accountId !== "string")
    return { planned };
  const found = await find(accountId, { client, ...rest });
  if (found === undefined)
    return { planned: { ...planned, id: UNKNOWN, made: UNKNOWN } };
  const made = isOurs(found, planned, client);
  return { planned: { ...planned, id: found.id, made } };
}

/** Says of one that was there before that it stays. */
async function planDestroy(
  prior: ObjectValue,
  { diagnostics }: Context<Client | undefined>,
): Promise<void> {
  if (prior["made"] !== true)
    diagnostics.warn(
      "The one-time PIN stays in the account",
      "It was there before the first deploy, and is only used.",
    );
}

async function create(
  planned: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { client, diagnostics } = context;
  const { journal, pins } = client;
  const accountId = String(planned["account_id"]);
  const expected = planned["id"];
  const look = () => pins.find(accountId, context.signal);
  const made = (id: string) => {
    journal.write(noteOf(planned, id));
    return { id, made: true };
  };
  const { id, made: isMade } = await retry(
    async () => {
      const found = await look();
      if (typeof expected === "string" && found?.id !== expected)
        throw changedSincePlan();
      if (found) return taken(found);
      journal.write(noteOf(planned, ""));
      try {
        return made(await pins.create(accountId, String(planned["name"])));
      } catch (error) {
        if (!(error instanceof CallFailure)) throw error;
        // It may have been made all the same: the next look will tell.
        if (error.unanswered) throw error;
        journal.remove(noteId(accountId));
        const other = error.status === 409 ? await look() : undefined;
        if (other) return taken(other);
        throw error;
      }
    },
    context,
    client.sleep,
  );
  return { ...planned, id, made: isMade };

  function taken(found: Pin): { readonly id: string; readonly made: boolean } {
    if (isOurs(found, planned, client)) return made(found.id);
    if (typeof expected !== "string")
      diagnostics.warn(
        `The account has a one-time PIN since the plan: ${found.name}`,
        "It is used and never deleted.",
      );
    return { id: found.id, made: false };
  }
}

function changedSincePlan(): ProviderError {
  return new ProviderError(
    "The account's one-time PIN has changed since the plan; nothing was written",
    "Run the same command again.",
  );
}

/** As it is in the account; another in its place is not the one of the state. */
async function read(
  state: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue | null> {
  const found = await find(String(state["account_id"]), context);
  return found?.id === state["id"] ? state : null;
}

/** Only its name in the code can have changed. */
async function update(
  planned: ObjectValue,
  prior: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { client } = context;
  const accountId = String(prior["account_id"]);
  if (prior["made"] === true)
    await retry(
      async () => {
        const found = await client.pins.find(accountId, context.signal);
        if (found && found.id === prior["id"])
          await client.pins.rename(accountId, found, String(planned["name"]));
      },
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
  const accountId = String(prior["account_id"]);
  if (prior["made"] === true)
    await retry(
      () => client.pins.remove(accountId, String(prior["id"])),
      context,
      client.sleep,
    );
  client.journal.remove(noteId(accountId));
}

/** One that a create had made before it was cut off; the journal knows it. */
async function importCut(
  text: string,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { client } = context;
  const [, accountId = "", name = ""] = CUT.exec(text) ?? [];
  const place = { account_id: accountId, name };
  const found = await find(accountId, context);
  if (found === undefined || !isOurs(found, place, client)) {
    client.journal.remove(noteId(accountId));
    throw new ProviderError(NOTHING_LEFT);
  }
  return { ...place, id: found.id, made: true };
}

const CUT = new RegExp(`^${CUT_CREATE}([^/]+)/(.+)$`, "s");

function find(accountId: string, context: Context<Client>) {
  const { client, signal } = context;
  return retry(
    () => client.pins.find(accountId, signal),
    context,
    client.sleep,
  );
}

/**
 * Whether one that the state does not know is what a run of ours made before it
 * was cut off. Without a note, on another machine, it counts as somebody's own.
 */
function isOurs(found: Pin, planned: ObjectValue, client: Client): boolean {
  const note = noteIn(planned, client);
  if (note === undefined) return false;
  return note.claim === ""
    ? found.name === planned["name"]
    : found.id === note.claim;
}

function noteIn(planned: ObjectValue, { journal }: Client): Entry | undefined {
  return journal.read(noteId(String(planned["account_id"])));
}

/** @param pinId empty until Cloudflare has said it */
function noteOf(planned: ObjectValue, pinId: string): Entry {
  return {
    id: noteId(String(planned["account_id"])),
    claim: pinId,
    previous: null,
    written: [],
  };
}

function noteId(accountId: string): string {
  return `${accountId} one-time PIN`;
}
