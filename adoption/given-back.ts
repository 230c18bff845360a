import { AS_BEFORE } from "../doctor/taken-over";
import { NotKnown } from "../account/not-known";
import {
  deployedNames,
  EXISTING_APPLICATION,
} from "../base/existing-application";
import { reusableOf } from "../providers/existing-application/document";
import { isJsonObject } from "../providers/tunnel-route/json";
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
  if (existing === undefined || existing.id !== undefined) return AS_BEFORE;
  const { account_id: accountId, app_id: id, policy_names } = existing.values;
  const isNoted = noted.some(
    (note) => note.id === `${String(accountId)} application ${String(id)}`,
  );
  const all = await account.applications().catch((error: unknown) => {
    // The table then has no application, and says why.
    if (error instanceof NotKnown) return [];
    throw error;
  });
  const found = all.find((one) => one.id === id);
  const listed = isJsonObject(found) ? reusableOf(found) : [];
  const alike = deployedNames(
    listed.map(({ name }) => String(name)),
    policy_names,
  );
  return !isNoted && alike.length > 0
    ? "as it is now: its application lists policies with names of the stack's, and if a deploy whose state is lost made them, what it was before is not known"
    : AS_BEFORE;
}
