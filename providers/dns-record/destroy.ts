import type { Context } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import { retry } from "../tunnel-route/retry";
import { hasReplaced, leading, puttingBack, recordsIn } from "./former";
import { tellOfLeaving } from "./messages";
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
