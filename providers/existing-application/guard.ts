import { ProviderError, type Context } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import type { JsonObject } from "../tunnel-route/json";
import { retry } from "../tunnel-route/retry";
import { audTags, toRule } from "../tunnel-route/route";

/**
 * Refuses to exchange the application of a deployed host for another way of
 * having one. Terraform would delete one and make, or take over, the other in
 * an order of its own: Cloudflare has one application for a host and path.
 *
 * @param prior the host's route as it is deployed
 * @param planned the same as it is to be
 */
export async function refuseExchange(
  prior: ObjectValue,
  planned: ObjectValue,
  context: Context<Client>,
): Promise<void> {
  const [was, is] = [prior, planned].map(({ application_id: id }) =>
    typeof id === "string" ? id : undefined,
  );
  const id = was ?? is;
  // States from before say that one was taken over, and not which.
  const isTaken = was !== undefined || prior["existing_application"] === true;
  if (id === undefined || (isTaken && is !== undefined)) return;
  const { client, signal } = context;
  const found = await retry(
    () => client.applications.get(String(prior["account_id"]), id, signal),
    context,
    client.sleep,
  );
  // One that is gone is in nobody's way.
  if (found === undefined) return;
  const hostname = String(prior["hostname"]);
  if (is === undefined) throw noLongerNamed(id, hostname, found);
  if (audTags(toRule(prior)).includes(String(found["aud"])))
    throw ownNamed(id, found);
}

function noLongerNamed(
  id: string,
  hostname: string,
  found: JsonObject,
): ProviderError {
  return new ProviderError(
    `The application "${String(found["name"])}" is taken over, and existingApplication no longer names it: Cloudflare would refuse a second one for ${hostname} (11010)`,
    [
      `Write existingApplication: "${id}" again; with it, a destroy gives the application back.`,
      "To make it the stack's own, which a destroy then deletes:",
      "1. With existingApplication, destroy the service's stack: all is as before its first deploy.",
      `2. Without existingApplication, run: npm run adopt -- STACK --ours ${id}`,
      "3. Deploy.",
    ].join("\n"),
  );
}

function ownNamed(id: string, found: JsonObject): ProviderError {
  return new ProviderError(
    `The application "${String(found["name"])}" (${id}) is the stack's own: taking it over as an existing one would delete it`,
    "Take existingApplication out of main.ts.",
  );
}
