import type { Application } from "../access/model";
import { sinceDeploy } from "../doctor/taken-over";
import {
  differing,
  settingsOf,
  shown,
  undocumented,
} from "../providers/existing-application/document";
import { isJsonObject, type JsonObject } from "../providers/tunnel-route/json";
import { loginMethodNamed } from "./login-method";
import { placesOf } from "./places";
import type { Change, Row, Scene } from "./survey";

export function rowOf(application: Application) {
  return {
    kind: "application",
    name: `${application.name ?? ""} (${placesOf(application).join(", ")})`,
    id: application.id ?? undefined,
  };
}

/** What a write may lose, as nobody knows it here. */
export function doubtful(found: JsonObject): string[] {
  const names = undocumented(settingsOf(found));
  return names.length > 0
    ? [
        `this version does not know ${names.join(", ")}: whether Cloudflare keeps that is known only once the application is written`,
      ]
    : [];
}

/**
 * What the code states and the application has not.
 *
 * @param stated its settings
 */
export async function changesOf(
  { account, plans, service }: Scene,
  found: JsonObject,
  stated: JsonObject,
): Promise<Change[]> {
  const before = settingsOf(found);
  const names = service.notes?.loginMethods ?? [];
  const all = await account.loginMethods();
  const offered = names.flatMap(
    (name) => loginMethodNamed(name, all, plans) ?? [],
  );
  const document: JsonObject = {
    ...before,
    ...stated,
    // Of two with one name, none is known to be the one.
    ...(offered.length === names.length && {
      allowed_idps: offered.map(({ id }) => id),
    }),
  };
  return differing(before, document).map((attribute) => ({
    attribute,
    before: shown(before[attribute]),
    after: shown(document[attribute]),
    ...(attribute in stated && { unkept: "main.ts says so" }),
  }));
}

/** The row of one that is taken over and deployed. */
export async function deployedRow(
  { account, service }: Scene,
  application: Application,
  state: Readonly<Record<string, unknown>>,
): Promise<Row> {
  const since = await sinceDeploy(account, service, application, state);
  const { afterDestroy, changes, why } = since;
  return {
    ...rowOf(application),
    ...{ becomes: "taken over", why, changes, afterDestroy },
  };
}

export function documentOf(application: unknown): JsonObject {
  return isJsonObject(application) ? application : {};
}
