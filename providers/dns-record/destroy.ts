import type { Context } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import { retry } from "../tunnel-route/retry";
import {
  addedTo,
  hasReplaced,
  leading,
  puttingBack,
  recordsIn,
} from "./former";
import { tellOfLeaving, tellOfLost } from "./messages";
import { ours, isAsBefore, find, noteId } from "./ours";

export async function destroy(
  prior: ObjectValue,
  context: Context<Client>,
): Promise<void> {
  const { client } = context;
  const id = String(prior["id"]);
  // A resource of another name in the code has taken it over in this run.
  if (client.ownRecords.has(id)) return;
  if (hasReplaced(prior))
    await retry(() => putBack(prior, context), context, client.sleep);
  else if (prior["made"] === true) {
    await retry(
      () => client.records.remove(String(prior["zone_id"]), id),
      context,
      client.sleep,
    );
    tellOfLost(context.diagnostics, String(prior["name"]), prior["added"]);
  }
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
  const name = String(prior["name"]);
  if (own) {
    await client.records.change(
      String(prior["zone_id"]),
      puttingBack(former, own, found),
    );
    tellOfLost(diagnostics, name, addedTo(own, former));
  } else tellOfLeaving(diagnostics, name, leading(found), former, "destroy");
}
