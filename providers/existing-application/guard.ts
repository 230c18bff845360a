import { takeOverLine, takeOverProp } from "../../base/existing-application";
import { ProviderError, type Context } from "../../terraform-plugin/provider";
import { isObjectValue } from "../../terraform-plugin/types";
import type { ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import type { JsonObject } from "../tunnel-route/json";
import { retry } from "../tunnel-route/retry";
import { audTags, toRule } from "../tunnel-route/route";

/**
 * Refuses to exchange the application of a deployed host or path for another
 * way of having one. Terraform would delete one and make, or take over, the
 * other in an order of its own: Cloudflare has one application for a host and
 * path.
 *
 * @param config the configuration of a route
 * @param prior the same route as it is deployed
 */
export async function refuseExchange(
  config: ObjectValue,
  prior: ObjectValue,
  context: Context<Client>,
): Promise<void> {
  const [was, is] = [takenBy(prior), takenBy(config)];
  const made = config["new_applications"] ?? null;
  const places = new Set([...was.keys(), ...is.keys()]);
  for (const place of places) {
    const id = was.get(place) ?? is.get(place);
    const isExchanged = was.has(place)
      ? !is.has(place) &&
        (place === prior["hostname"] || (isObjectValue(made) && place in made))
      : !isTakenUnnamed(prior, place);
    if (id === undefined || !isExchanged) continue;
    const { client, signal } = context;
    const found = await retry(
      () => client.applications.get(String(prior["account_id"]), id, signal),
      context,
      client.sleep,
    );
    // One that is gone is in nobody's way.
    if (found === undefined) continue;
    if (was.has(place)) throw noLongerNamed(id, place, found);
    if (audTags(toRule(prior)).includes(String(found["aud"])))
      throw ownNamed(id, place, found);
  }
}

/** Ids of a route's applications that were there before, by the places that they are for. */
export function takenBy(values: ObjectValue): ReadonlyMap<string, string> {
  const { application_id: id, existing_applications: onPaths = null } = values;
  const taken = new Map<string, string>();
  if (typeof id === "string") taken.set(String(values["hostname"]), id);
  if (isObjectValue(onPaths))
    for (const [place, one] of Object.entries(onPaths))
      if (typeof one === "string") taken.set(place, one);
  return taken;
}

/** States from before say that one was taken over for the host, and not which. */
function isTakenUnnamed(prior: ObjectValue, place: string): boolean {
  return (
    place === prior["hostname"] &&
    prior["existing_application"] === true &&
    (prior["existing_applications"] ?? null) === null
  );
}

function noLongerNamed(
  id: string,
  place: string,
  found: JsonObject,
): ProviderError {
  const prop = takeOverProp(place);
  return new ProviderError(
    `The application "${String(found["name"])}" is taken over, and ${prop} no longer names it: Cloudflare would refuse a second one for ${place} (11010)`,
    [
      `Write ${takeOverLine(place, id)} again; with it, a destroy gives the application back.`,
      "To make it the stack's own, which a destroy then deletes:",
      `1. With ${prop}, destroy the service's stack: all is as before its first deploy.`,
      `2. Without ${prop}, run: npm run adopt -- STACK --ours ${id}`,
      "3. Deploy.",
    ].join("\n"),
  );
}

function ownNamed(id: string, place: string, found: JsonObject): ProviderError {
  return new ProviderError(
    `The application "${String(found["name"])}" (${id}) is the stack's own: taking it over as an existing one would delete it`,
    `Take ${takeOverProp(place)} out of main.ts.`,
  );
}
