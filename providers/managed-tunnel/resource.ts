import { createHash, randomBytes } from "node:crypto";
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
import { rulesOf } from "../tunnel-route/document";
import { CallFailure } from "../tunnel-route/failure";
import { retry } from "../tunnel-route/retry";
import type { Tunnel } from "./api";

const text = { type: "string" } as const;

const SCHEMA: Schema = {
  description:
    "A remotely managed tunnel. A destroy is refused while it has rules or connectors.",
  attributes: {
    id: { ...text, computed: true, useStateForUnknown: true },
    account_id: { ...text, required: true, requiresReplace: true },
    name: { ...text, required: true },
    token: {
      ...text,
      computed: true,
      sensitive: true,
      useStateForUnknown: true,
      description: "What its connectors run with.",
    },
  },
};

/** A tunnel that is made where an account has none of its name. */
export const managedTunnel: Resource<Client> = {
  schema: SCHEMA,
  plan,
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
  if (prior !== null || client === undefined) return { planned };
  const { account_id: accountId, name } = planned;
  if (typeof accountId === "string" && typeof name === "string") {
    const context = { client, ...rest };
    const found = await find(accountId, name, context);
    if (found && !(await isOurs(found, accountId, context)))
      throw isThereAlready(found);
  }
  return { planned: { ...planned, id: UNKNOWN, token: UNKNOWN } };
}

async function create(
  planned: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { client } = context;
  const { journal, managedTunnels } = client;
  const [accountId, name] = [String(planned["account_id"]), nameIn(planned)];
  const id = await retry(
    async () => {
      const found = await managedTunnels.find(accountId, name, context.signal);
      if (found) {
        if (await isOurs(found, accountId, context)) return found.id;
        throw isThereAlready(found);
      }
      const secret = randomBytes(32).toString("base64");
      journal.write({
        ...{ id: noteId(accountId, name), claim: fingerprint(secret) },
        ...{ previous: null, written: [] },
      });
      try {
        return await managedTunnels.create(accountId, name, secret);
      } catch (error) {
        // Without an answer it may have been made: the next look will tell.
        if (error instanceof CallFailure && !error.unanswered)
          journal.remove(noteId(accountId, name));
        throw error;
      }
    },
    context,
    client.sleep,
  );
  return { ...planned, id, token: await tokenOf(accountId, id, context) };
}

/** The token stays as it was made: to read it again takes permission to write. */
async function read(
  state: ObjectValue,
  { client, ...rest }: Context<Client>,
): Promise<ObjectValue | null> {
  const [accountId, id] = [String(state["account_id"]), String(state["id"])];
  const context = { client, ...rest };
  const found = await retry(
    () => client.managedTunnels.get(accountId, id, context.signal),
    context,
    client.sleep,
  );
  return found === undefined ? null : { ...state, name: found.name };
}

/** Only its name can have changed. */
async function update(
  planned: ObjectValue,
  prior: ObjectValue,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { client } = context;
  const [accountId, id] = [String(prior["account_id"]), String(prior["id"])];
  await retry(
    () => client.managedTunnels.rename(accountId, id, nameIn(planned)),
    context,
    client.sleep,
  );
  client.journal.remove(noteId(accountId, nameIn(prior)));
  return planned;
}

async function destroy(
  prior: ObjectValue,
  context: Context<Client>,
): Promise<void> {
  const { client } = context;
  const [accountId, id] = [String(prior["account_id"]), String(prior["id"])];
  await retry(
    async () => {
      await refuseInUse(prior, context);
      await client.managedTunnels.remove(accountId, id);
    },
    context,
    client.sleep,
  );
  client.journal.remove(noteId(accountId, nameIn(prior)));
}

/** @throws ProviderError where somebody's hosts would lose their tunnel */
async function refuseInUse(
  prior: ObjectValue,
  { client, signal }: Context<Client>,
): Promise<void> {
  const [accountId, id] = [String(prior["account_id"]), String(prior["id"])];
  const configuration = await client.api.getConfiguration(
    { accountId, tunnelId: id },
    signal,
  );
  const hosts = rulesOf(configuration?.config ?? null).flatMap(
    ({ hostname, path }) =>
      hostname || path
        ? `${hostname ?? "any host"}${path ? ` ${path}` : ""}`
        : [],
  );
  if (hosts.length > 0)
    throw new ProviderError(
      `The tunnel ${nameIn(prior)} stays: it has rules`,
      `${[...new Set(hosts)].join(", ")}. Destroy the services first. Keep the tunnel while hosts of others are on it, or have them moved to another tunnel. Then run the same command again.`,
    );
  const connectors = await client.managedTunnels.connectors(accountId, id);
  if (connectors > 0)
    throw new ProviderError(
      `The tunnel ${nameIn(prior)} stays: ${connectors === 1 ? "a connector is" : `${connectors} connectors are`} on it`,
      "Stop cloudflared (docker compose stop cloudflared), wait a minute, and run the same command again.",
    );
}

/** One that a create had made before it was cut off; the journal knows it. */
async function importCut(
  given: string,
  context: Context<Client>,
): Promise<ObjectValue> {
  const { client } = context;
  const [, accountId = "", name = ""] = CUT.exec(given) ?? [];
  const found = await find(accountId, name, context);
  if (found === undefined || !(await isOurs(found, accountId, context))) {
    client.journal.remove(noteId(accountId, name));
    throw new ProviderError(NOTHING_LEFT);
  }
  const token = await tokenOf(accountId, found.id, context);
  return { account_id: accountId, name, id: found.id, token };
}

const CUT = new RegExp(`^${CUT_CREATE}([^/]+)/(.+)$`, "s");

function isThereAlready({ id, name }: Tunnel): ProviderError {
  return new ProviderError(
    `The account has a tunnel named ${name} already`,
    `Its id is ${id}. Take the TunnelStack out of the code, and services use that tunnel; or give this one another name.`,
  );
}

function find(accountId: string, name: string, context: Context<Client>) {
  const { client, signal } = context;
  return retry(
    () => client.managedTunnels.find(accountId, name, signal),
    context,
    client.sleep,
  );
}

function tokenOf(accountId: string, id: string, context: Context<Client>) {
  const { client } = context;
  return retry(
    () => client.managedTunnels.token(accountId, id),
    context,
    client.sleep,
  );
}

/** Whether it has the secret that a run of ours was about to give it. */
async function isOurs(
  { id, name }: Tunnel,
  accountId: string,
  context: Context<Client>,
): Promise<boolean> {
  const note = context.client.journal.read(noteId(accountId, name));
  if (note === undefined) return false;
  const token = await tokenOf(accountId, id, context);
  const { s: secret = "" } = JSON.parse(
    Buffer.from(token, "base64").toString("utf8"),
  ) as { readonly s?: string };
  return fingerprint(secret) === note.claim;
}

/** The journal keeps no secret. */
function fingerprint(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

function nameIn(values: ObjectValue): string {
  return String(values["name"]);
}

function noteId(accountId: string, name: string): string {
  return `${accountId} tunnel ${name}`;
}
