import { AS_BEFORE } from "../doctor/taken-over";
import { keyOf } from "../access/whole-host";
import { APPLICATION } from "../deployment/leftovers";
import { NotKnown } from "../account/not-known";
import {
  deployedNames,
  EXISTING_APPLICATION,
} from "../base/existing-application";
import { reusableOf } from "../providers/existing-application/document";
import { isJsonObject } from "../providers/tunnel-route/json";
import { placesOf } from "./places";
import type { Scene } from "./survey";

/**
 * What a destroy leaves of the application and rule that a deploy takes over.
 *
 * @param place the host, or a path of it
 */
export async function givenBack(
  { account, noted, own }: Pick<Scene, "account" | "noted" | "own">,
  place: string,
): Promise<string> {
  const existing = own.find(
    ({ type, values }) =>
      type === EXISTING_APPLICATION && values.hostname === place,
  );
  if (existing?.id !== undefined) return AS_BEFORE;
  const { account_id: accountId, app_id: id } = existing?.values ?? {};
  const isNoted = noted.some(
    (note) => note.id === `${String(accountId)} application ${String(id)}`,
  );
  const all = await account.applications().catch((error: unknown) => {
    // The table then has no application, and says why.
    if (error instanceof NotKnown) return [];
    throw error;
  });
  const found = all.find((one) =>
    existing
      ? one.id === id
      : placesOf(one).some((uri) => keyOf(uri) === keyOf(place)),
  );
  const listed = isJsonObject(found) ? reusableOf(found) : [];
  const alike = deployedNames(
    listed.map(({ name }) => String(name)),
    existing?.values.policy_names ?? namesAt(own, place),
  );
  return !isNoted && alike.length > 0 ? NOT_KNOWN : AS_BEFORE;
}

/** Where an application lists the stack's own policies, and no state or note has it. */
const NOT_KNOWN =
  "as it is now: its application lists policies with names of the stack's, and if a deploy whose state is lost made them, what it was before is not known";

/** How one that the code does not take over yet becomes the stack's again, where it was. */
export function orOurs(
  { own, service }: Pick<Scene, "own" | "service">,
  place: string,
  id: string | null | undefined,
  afterDestroy: string,
): string[] {
  return afterDestroy === NOT_KNOWN && madeAt(own, place) !== undefined
    ? [
        `if a deploy of yours made it, leave the line for it out and run npm run adopt -- ${service.name} --ours ${id}: it is the stack's again, and a destroy deletes it`,
      ]
    : [];
}

/** What the stack would make for a place. */
function madeAt(own: Scene["own"], place: string) {
  return own.find(
    ({ id, type, values }) =>
      type === APPLICATION &&
      id === undefined &&
      keyOf(String(values.domain)) === keyOf(place),
  );
}

/** Names of the policies of that one. */
function namesAt(own: Scene["own"], place: string): unknown[] {
  const listed = JSON.stringify(madeAt(own, place)?.values.policies ?? []);
  return own
    .filter(({ address }) => listed.includes(`\${${address}.id}`))
    .map(({ values }) => values.name);
}
