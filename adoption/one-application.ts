import type { Application } from "../access/model";
import { sinceDeploy } from "../doctor/taken-over";
import {
  differing,
  documentIn,
  notKeptOf,
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
 * What a deploy changes of an application.
 *
 * @param stated settings that the code states
 * @param before what it was before the first deploy, which stays where the code
 * states nothing
 */
export async function changesOf(
  { account, plans, service }: Scene,
  found: JsonObject,
  stated: JsonObject,
  before: JsonObject = found,
): Promise<Change[]> {
  const now = settingsOf(found);
  const names = service.notes?.loginMethods ?? [];
  const all = await account.loginMethods();
  const offered = names.flatMap(
    (name) => loginMethodNamed(name, all, plans) ?? [],
  );
  const document: JsonObject = {
    ...settingsOf(before),
    ...stated,
    // Of two with one name, none is known to be the one.
    allowed_idps:
      offered.length === names.length
        ? offered.map(({ id }) => id)
        : (now["allowed_idps"] ?? null),
  };
  return differing(now, document).map((attribute) => ({
    attribute,
    before: shown(now[attribute]),
    after: shown(document[attribute]),
    ...(attribute in stated && { unkept: SAID }),
  }));
}

const SAID = "main.ts says so";

/** The row of one that is taken over and deployed. */
export async function deployedRow(
  scene: Scene,
  application: Application,
  state: Readonly<Record<string, unknown>>,
): Promise<Row> {
  const { account, own, service } = scene;
  const since = await sinceDeploy(account, service, application, state);
  const planned = own.find(
    ({ values }) =>
      values.app_id === state["app_id"] &&
      values.hostname === state["hostname"],
  );
  const found = documentOf(application);
  const lost = notKeptOf(state);
  const written =
    planned === undefined
      ? undefined
      : await changesOf(
          scene,
          found,
          documentIn(planned.values.settings),
          documentIn(state["previous"]),
        );
  const changes = written
    ? [
        ...written.filter(
          ({ attribute }) =>
            (!lost.includes(attribute) ||
              (found[attribute] ?? null) !== null) &&
            // An open path's is written with those that it had.
            (attribute !== "allowed_idps" ||
              planned?.values.allowed_idps !== undefined),
        ),
        ...since.changes.filter(({ attribute }) => attribute === "policies"),
      ]
    : since.changes;
  const isOfCode = changes.some(
    ({ attribute }) =>
      !since.changes.some((theirs) => theirs.attribute === attribute),
  );
  return {
    ...rowOf(application),
    becomes: "taken over",
    why: `${since.why}${isOfCode ? CHANGED_CODE : ""}`,
    changes,
    afterDestroy: since.afterDestroy,
  };
}

/** Of what is deployed. */
export const CHANGED_CODE =
  "; main.ts says otherwise now, and the next deploy writes that";

export function documentOf(application: unknown): JsonObject {
  return isJsonObject(application) ? application : {};
}
