import type { Application } from "../access/model";
import { parseUri } from "../access/path-pattern";
import { isWholeHost, keyOf } from "../access/whole-host";
import { isOfHostAlone } from "../base/existing-application";
import { hostnameFaults } from "../constructs/access-app-settings";
import type { PlannedApplication } from "../doctor/planned";
import { findMatchingRule } from "../ingress/match";
import { openPathPattern } from "../ingress/open-path";
import {
  documentIn,
  settingsOf,
} from "../providers/existing-application/document";
import { refusalOf } from "../providers/existing-application/messages";
import { othersSince } from "../providers/existing-application/own-application";
import { UNUSED_PATH } from "../providers/existing-application/own-application";
import type { JsonObject } from "../providers/tunnel-route/json";
import { pathTurns } from "./access";
import { becomingOf, rowsOf } from "./access-rows";
import { givenBack, orOurs } from "./given-back";
import { groupsIn, policiesOf } from "./host-access";
import {
  deployedRow,
  changesOf,
  documentOf,
  doubtful,
  rowOf,
} from "./one-application";
import { comesThrough, rulesAt } from "./places";
import { pathPolicies } from "./policies";
import { UNTOUCHED, type Line, type Part, type Scene } from "./survey";

/** A path of the host, and the application there that the stack takes over for it. */
export interface PathApplication {
  readonly application: Application;
  /** Host and path. */
  readonly place: string;
  readonly path: string;
  /** What the code makes of the path so far. @default - it does not name it */
  readonly planned?: PlannedApplication;
  /** The state has it, and the code names its path no more: a deploy gives it back. @default false */
  readonly isLeft?: boolean;
}

/**
 * The path for which the stack takes an application over: one that the code names
 * already, or one that it opens to everyone as it is.
 *
 * @param places those of the host that it is for
 */
export async function takenOnPath(
  scene: Scene,
  application: Application,
  places: readonly string[],
): Promise<PathApplication | undefined> {
  const { applications } = scene.service;
  const planned = applications.find(
    ({ domain, existing }) =>
      !isOfHostAlone(domain) &&
      (existing === undefined
        ? places.some((uri) => keyOf(uri) === keyOf(domain))
        : existing === application.id),
  );
  const place = planned?.domain ?? keyOf(places[0] ?? "");
  const one = { application, place, path: parseUri(place).path };
  if (planned) return { ...one, planned };
  if (stateOf(scene, application)) return { ...one, isLeft: true };
  const rules = await rulesAt(scene, one.path);
  return isOpenPath(scene, one) &&
    rules !== undefined &&
    comesThrough(application, rules.now)
    ? one
    : undefined;
}

/** Whether the application opens its path to everyone, as `openPaths` do, and could be given back. */
function isOpenPath(
  { service: { applications, hostname, openPaths } }: Scene,
  { application, path, place }: PathApplication,
): boolean {
  const all = application.policies ?? [];
  return (
    path !== UNUSED_PATH &&
    hostnameFaults({ hostname, path }).length === 0 &&
    refusalOf(documentOf(application), place) === undefined &&
    // What a token is limited to can't be open.
    !applications.some(
      ({ domain }) =>
        domain.startsWith(`${place}/`) &&
        !openPaths.includes(parseUri(domain).path),
    ) &&
    all.length > 0 &&
    all.every(
      (policy) =>
        typeof policy !== "string" &&
        policy.decision === "bypass" &&
        policy.include?.some((rule) => "everyone" in rule) &&
        !policy.require?.length &&
        !policy.exclude?.length,
    )
  );
}

/**
 * What becomes of such an application.
 *
 * @param decides the application of the whole host, today
 * @param instead how the path keeps its application where the stack leaves it alone
 */
export async function onTakenPath(
  scene: Scene,
  one: PathApplication,
  decides: Application | undefined,
  instead: (path: string) => Promise<string>,
): Promise<Part> {
  const { application, path, place, planned } = one;
  const found = documentOf(application);
  const state = stateOf(scene, application);
  const deployed = state && (await deployedRow(scene, application, state));
  const others = state && othersSince(found, scene.service.hostname);
  if (deployed && others === undefined) return { rows: [deployed], lines: [] };
  const inTheWay = async (why: string, todo?: string): Promise<Part> => ({
    rows: [
      {
        ...rowOf(application),
        becomes: "in the way",
        instead: place,
        why,
        todo:
          todo ??
          `Take ${JSON.stringify(path)} out of openPaths, the token's paths and existingPathApplications in main.ts. ${await instead(path)}`,
        afterDestroy: deployed?.afterDestroy ?? UNTOUCHED,
      },
    ],
    lines: [],
  });
  const refusal = refusalOf(found, place, scene.service.name);
  if (refusal) return inTheWay(refusal.summary, others);
  const cells = planned ? await pathTurns(scene, decides, path) : [];
  const lost = cells.filter(
    (cell) =>
      becomingOf(cell) === "loses access" &&
      // Whatever a rule of a path refuses is told below.
      isTaken(scene, path, cell.place.path),
  );
  if (lost.length > 0)
    return inTheWay(
      `it admits for ${place} whom the code does not: ${lost.map(({ subject }) => subject.label).join(", ")}`,
    );
  const changes =
    planned === undefined || isOpen(scene, path)
      ? []
      : await changesOf(scene, found, statedOf(scene, place));
  const main = scene.service.applications.find(({ domain }) =>
    isWholeHost(domain, scene.service.hostname),
  );
  const all = await scene.account.groups();
  const afterDestroy = await givenBack(scene, place);
  return {
    rows: [
      {
        ...rowOf(application),
        becomes: "taken over",
        isNew: true,
        instead: place,
        why: [
          "it keeps its id, its audience and all that is not named here",
          "the stack's rule of the path takes what docs/open-paths.md lets in, and no other spelling",
          ...doubtful(found),
          ...orOurs(scene, place, application.id, afterDestroy),
        ].join("; "),
        changes,
        afterDestroy,
      },
      ...(await pathPolicies(scene, application, !isOpen(scene, path))),
      // Where the host's own is taken over as well, its rows have these.
      ...(main?.id === undefined ? [] : rowsOf(cells)),
    ],
    lines: [],
    ...(planned?.existing !== undefined && {
      taken: {
        applications: [
          {
            ...settingsOf(found),
            id: application.id,
            policies: policiesOf(application),
          },
        ],
        groups: groupsIn(policiesOf(application), all),
      },
    }),
  };
}

function stateOf({ deployed }: Scene, { id }: Application) {
  return deployed.find(({ app_id }) => app_id === id);
}

/** Whether everyone reaches a path, by the code or once its lines are written. */
function isOpen({ opens = [], service }: Scene, path: string): boolean {
  return [...service.openPaths, ...opens].includes(path);
}

/** Whether the rule that a path has by the stack takes a request. */
function isTaken(
  { service: { hostname } }: Scene,
  path: string,
  asked: string,
) {
  const rule = { hostname, path: openPathPattern(path), service: "" };
  return findMatchingRule([rule, { service: "" }], hostname, asked) === 0;
}

/** What the code states of the application of a token's path. */
function statedOf({ own, service }: Scene, place: string): JsonObject {
  const existing = own.find(
    ({ values }) => values.app_id !== undefined && values.hostname === place,
  );
  if (existing !== undefined) return documentIn(existing.values.settings);
  const made = own.find(({ values }) => values.domain === place);
  const { path_cookie_attribute: cookie } = made?.values ?? {};
  return {
    ...documentIn(service.notes?.statedApplication),
    // That is of a whole host.
    oauth_configuration: undefined,
    ...(typeof cookie === "boolean" && { path_cookie_attribute: cookie }),
  };
}

/** What to write so that applications of paths are taken over, with what is there already. */
export function pathLines(
  { service }: Scene,
  taken: readonly PathApplication[],
): Line[] {
  const missing = taken.filter(
    ({ isLeft, planned }) => planned?.existing === undefined && !isLeft,
  );
  if (missing.length === 0) return [];
  const opened = missing
    .filter(({ planned }) => planned === undefined)
    .map(({ path }) => path);
  const given = service.applications
    .filter(({ domain }) => !isOfHostAlone(domain))
    .flatMap(({ domain, existing }) =>
      existing === undefined ? [] : [[parseUri(domain).path, existing]],
    );
  const ids = [
    ...given,
    ...missing.map(({ application: { id }, path }) => [path, id]),
  ];
  const needed = (text: string): Line => ({
    file: "main.ts",
    text,
    does: "needed",
  });
  const list = [...service.openPaths, ...opened].map((path) =>
    JSON.stringify(path),
  );
  return [
    ...(opened.length > 0 ? [needed(`openPaths: [${list.join(", ")}],`)] : []),
    needed(
      `existingPathApplications: { ${ids.map(([path, id]) => `${JSON.stringify(path)}: ${JSON.stringify(id)}`).join(", ")} },`,
    ),
  ];
}
