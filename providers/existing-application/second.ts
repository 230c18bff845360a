import { publicDestinations } from "../../access/match-application";
import { keyOf } from "../../access/whole-host";
import { ProviderError, type Context } from "../../terraform-plugin/provider";
import { isObjectValue } from "../../terraform-plugin/types";
import { UNKNOWN, type ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import type { JsonObject } from "../tunnel-route/json";
import { audTags, toRule } from "../tunnel-route/route";
import { isFor } from "./opening";

/**
 * Refuses to make an application for a place that another has. Cloudflare would
 * refuse it only in the middle of the deploy, after the tokens and policies.
 *
 * @param config the configuration of a route
 * @param prior the same route as it is deployed
 */
export async function refuseSecond(
  config: ObjectValue,
  prior: ObjectValue | null,
  context: Context<Client>,
): Promise<void> {
  const { account_id: accountId, new_applications: given = null } = config;
  if (typeof accountId !== "string" || !isObjectValue(given)) return;
  const places = Object.keys(given).filter((at) => given[at] === UNKNOWN);
  if (places.length === 0) return;
  // One of the stack's own that is replaced goes before the new one comes.
  const own = prior === null ? [] : audTags(toRule(prior));
  const all = await context.client.applicationsOf(accountId, context);
  const taken = all
    .filter(({ aud }) => !own.includes(String(aud)))
    .flatMap((application) =>
      publicDestinations(application)
        .map(({ uri }) => uri ?? "")
        .flatMap((uri) =>
          places
            .filter((place) => isFor(uri, place))
            .map((place) => ({ application, uri, place })),
        ),
    );
  // Several routes may demand the JWT of one application: one says it.
  const said = context.client.refusedPlaces;
  const unsaid = taken.filter(({ place }) => !said.has(place));
  for (const { place } of unsaid) said.add(place);
  if (unsaid.length > 0) throw twice(unsaid);
}

interface Taken {
  readonly application: JsonObject;
  /** What it is for. */
  readonly uri: string;
  /** What the stack would make one for. */
  readonly place: string;
}

function twice(taken: readonly Taken[]): ProviderError {
  const ids = new Set(taken.map(({ application: { id } }) => String(id)));
  return new ProviderError(
    taken
      .map(
        ({ application: { id, name }, place, uri }) =>
          `The application "${String(name)}" (${String(id)}) is for ${uri}, and this stack would make a second for ${place}, which ${keyOf(uri) === keyOf(place) ? "Cloudflare refuses (11010)" : "would never decide"}`,
      )
      .join("; "),
    [
      "Nothing of this stack was written. Keep the application: deleting it can make the host public.",
      "Run: npm run adopt -- STACK. It shows what becomes of it, and what to write into main.ts.",
      `If a deploy of yours made it, and was cut off or its state is lost, run: npm run adopt -- STACK --ours ${[...ids].join(" ")}`,
    ].join("\n"),
  );
}
