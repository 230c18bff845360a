import type { Application } from "../access/model";
import { parseUri } from "../access/path-pattern";
import { isOfHost, isWholeHost, keyOf } from "../access/whole-host";
import {
  isOfHostAlone,
  takeOverLine,
  takeOverProp,
} from "../base/existing-application";
import type { PlannedApplication } from "../doctor/planned";
import { tokenDemand } from "../ingress/token-demand";
import {
  documentIn,
  settingsOf,
} from "../providers/existing-application/document";
import {
  deployedInstead,
  refusalOf,
} from "../providers/existing-application/messages";
import { othersSince } from "../providers/existing-application/own-application";
import type { JsonObject } from "../providers/tunnel-route/json";
import { admissionByRule, admissionDeployed } from "./access";
import { inProps } from "./as-props";
import { groupsIn, policiesOf } from "./host-access";
import {
  deployedRow,
  changesOf,
  documentOf,
  doubtful,
  rowOf,
} from "./one-application";
import { onPaths, wider } from "./other-applications";
import { orOurs } from "./given-back";
import { pathLines, takenOnPath } from "./path-applications";
import { HostApplications, placesOf, rulesAt } from "./places";
import { ownPolicies, policies } from "./policies";
import { beforeTaken, isLetGo, splitOf } from "./split-plan";
import {
  UNTOUCHED,
  type Line,
  type Part,
  type Row,
  type Scene,
} from "./survey";

/** Everything of Access that is about the host: applications, policies, groups, tokens. */
export async function applications(given: Scene): Promise<Part> {
  const { account, service, taken } = given;
  const all = await account.applications();
  const here = new HostApplications(all, service.hostname);
  const main = service.applications.find(({ domain }) =>
    isWholeHost(domain, service.hostname),
  );
  const isOwn = (application: Application) =>
    service.applications.some(
      (planned) =>
        planned.existing === undefined &&
        (planned.id === application.id ||
          (taken.has(application.id ?? "") &&
            placesOf(application).some(
              (uri) => keyOf(uri) === keyOf(planned.domain),
            ))),
    );
  const onPath = (
    await Promise.all(
      all
        .filter(
          (one) =>
            !isOwn(one) &&
            !isLeaving(given, one) &&
            isOfPaths(given, one, here),
        )
        .map((one) => takenOnPath(given, one, here.placesHere(one))),
    )
  ).filter((one) => one !== undefined);
  const scene: Scene = {
    ...given,
    opens: onPath
      .filter(({ isLeft, planned }) => planned === undefined && !isLeft)
      .map(({ path }) => path),
  };
  const held = all.find(({ id }) => id === (main?.existing ?? main?.id));
  const parts: Part[] = [];
  const beside: Application[] = [];
  for (const application of all) {
    const isNamed = main?.existing === application.id;
    const moved = await movedOne(scene, application);
    if (moved) parts.push({ rows: [moved], lines: [] });
    else if (isOwn(application))
      parts.push({ rows: [ownOne(application)], lines: [] });
    else if (isLeaving(scene, application))
      parts.push({
        rows: [
          {
            ...ownOne(application),
            why: "main.ts names its place no more: the next deploy deletes it",
          },
        ],
        lines: [],
      });
    else if (isOfPaths(scene, application, here)) beside.push(application);
    else if (isNamed || stateOf(scene, application.id))
      parts.push(await takenOver(scene, application, isNamed));
    else if (here.isOfWholeHost(application))
      parts.push(
        here.deciding !== application
          ? overruled(scene, application, here.deciding, all)
          : main !== undefined && held !== undefined
            ? await overruling(scene, application, main, held)
            : await takenOver(scene, application),
      );
    else if (here.wildcardsHere(application).length > 0)
      parts.push(await wider(scene, application, here));
  }
  const lines = pathLines(scene, onPath);
  // Whom the code names is known once its other lines are written.
  const isSettled = () =>
    lines.length === 0 &&
    !parts.some((part) => part.lines.some(({ does }) => does === "needed"));
  for (const application of beside)
    parts.push(
      await onPaths(scene, application, here, {
        onPath: onPath.find((one) => one.application === application),
        isSettled: isSettled(),
      }),
    );
  const isDeployed =
    main?.existing === undefined
      ? main?.id !== undefined
      : stateOf(scene, main.existing) !== undefined;
  const deployed = isDeployed ? held : undefined;
  const isLost = scene.deployed.some(({ app_id }) =>
    all.every(({ id }) => id !== app_id),
  );
  const isProtected =
    here.deciding !== undefined ||
    held !== undefined ||
    main?.existing !== undefined;
  return {
    rows: [
      ...soughtBy(scene)
        .filter(({ id }) => all.every((one) => one.id !== id))
        .map(({ id, place }) => goneOne(scene, id, place, all)),
      ...parts.flatMap(({ rows }) => rows),
      ...(await ownPolicies(scene)),
      ...(isProtected ? [] : await admissionByRule(scene)),
      ...(deployed ? await admissionDeployed(scene, deployed) : []),
    ].map((row) =>
      isLost && row.kind === "access" ? { ...row, afterDestroy: LOST } : row,
    ),
    lines: [
      ...parts.flatMap((part) => part.lines),
      // Of one that is in the way, another line is to go first.
      ...pathLines(
        scene,
        onPath.filter(
          ({ application: { id } }) =>
            !parts.some(({ rows }) =>
              rows.some((row) => row.id === id && row.becomes === "in the way"),
            ),
        ),
      ),
    ],
    ...(parts.some((part) => part.taken) && {
      taken: {
        applications: parts.flatMap((part) => part.taken?.applications ?? []),
        groups: [...new Set(parts.flatMap((part) => part.taken?.groups ?? []))],
      },
    }),
  };
}

/** What a destroy leaves of who gets in, where one that is taken over is gone. */
const LOST =
  "not as before the first deploy: an application that decided then is gone";

/** Whether one is for paths of the host, and not for all of it; or the code or state has it so. */
function isOfPaths(
  scene: Scene,
  application: Application,
  here: HostApplications,
): boolean {
  const sought = soughtBy(scene).find(({ id }) => id === application.id);
  return sought === undefined
    ? !here.isOfWholeHost(application) &&
        here.placesHere(application).length > 0
    : !isOfHostAlone(sought.place);
}

/** Whether the stack made one that its code has no more. */
function isLeaving({ leaving }: Scene, { id }: Application): boolean {
  return leaving.some(
    ({ type, values }) =>
      type === "cloudflare_zero_trust_access_application" &&
      values["id"] === id,
  );
}

/** Those that the code or the state has taken over, each with what it is for. */
function soughtBy({ deployed, service }: Scene) {
  const named = service.applications.flatMap(({ domain, existing }) =>
    existing === undefined ? [] : [{ id: existing, place: domain }],
  );
  return [
    ...named,
    ...deployed
      .map(({ app_id: id, hostname }) => ({
        id: String(id),
        place: String(hostname),
      }))
      // Another one in its place is what the code wants.
      .filter(({ place }) => named.every((one) => one.place !== place)),
  ];
}

/** What the state knows of an application that is taken over. */
function stateOf({ deployed }: Scene, id: string | null | undefined) {
  return deployed.find(({ app_id }) => app_id === id);
}

/** One that is taken over for another host than the code has now. */
async function movedOne(
  scene: Scene,
  application: Application,
): Promise<Row | undefined> {
  const state = stateOf(scene, application.id);
  if (state === undefined) return undefined;
  const place = String(state["hostname"]);
  const { host } = parseUri(place);
  const { hostname, name } = scene.service;
  if (host === hostname) return undefined;
  const [prop] = takeOverProp(place).split("[");
  return {
    ...rowOf(application),
    becomes: "in the way",
    why: `it is taken over for ${place}, and main.ts has the host ${hostname} in place of ${host}`,
    todo: `Run npm run destroy -- ${name}, which gives it back and deletes what the stack made for ${host}. Then take ${prop} out of main.ts, and run again: npm run adopt -- ${name}. Or write ${host} as hostname again.`,
    afterDestroy: (await deployedRow(scene, application, state)).afterDestroy,
  };
}

/** One that main.ts or the state names, and the account has no more. */
function goneOne(
  { deployed, service }: Scene,
  id: string,
  place: string,
  all: readonly Application[],
): Row {
  const state = deployed.find(({ app_id }) => app_id === id);
  const prop = takeOverProp(place);
  const isNamed = service.applications.some(({ existing }) => existing === id);
  const instead = all.find((one) =>
    placesOf(one).some((uri) => keyOf(uri) === keyOf(place)),
  );
  const why = state
    ? "it was taken over, and somebody has deleted it: the account has it no more"
    : `${prop} names it, and the account has no such application`;
  const row = {
    kind: "application",
    name: state ? String(documentIn(state["previous"])["name"]) : "",
    id,
    afterDestroy: state
      ? "not given back: another one would have another id"
      : UNTOUCHED,
  };
  if (!isNamed)
    return {
      ...row,
      becomes: "left alone",
      why: instead
        ? why
        : `${why}; the next deploy makes one of the stack's own for ${place}`,
    };
  return {
    ...row,
    becomes: "in the way",
    why,
    todo: instead
      ? `Write ${takeOverLine(place, String(instead.id))} instead, the one that somebody has made for ${place}. Then run again: npm run adopt -- ${service.name}`
      : `Take ${prop} out of main.ts. Then ${state ? `run: npm run deploy -- ${service.name}. It makes one of the stack's own for ${place}` : `run again: npm run adopt -- ${service.name}`}`,
  };
}

/** One for all of the host that a more specific one leaves nothing of it. */
function overruled(
  { deployed, service }: Scene,
  application: Application,
  by: Application | undefined,
  all: readonly Application[],
): Part {
  const split = splitOf(service.hostname, {
    applications: beforeTaken(
      all as readonly JsonObject[],
      deployed.find(({ hostname }) => isOfHostAlone(String(hostname))),
    ),
    rules: [],
  });
  const isCut = isLetGo(split) && split.split.old["id"] === application.id;
  const why = `it decides nothing here: "${by?.name}" takes precedence`;
  return {
    rows: [
      {
        ...rowOf(application),
        ...(isCut
          ? {
              becomes: "in the way",
              why: `${why}, and a split that was cut off has yet to take ${service.hostname} out of it`,
              todo: `Finish the split first: npm run adopt -- ${service.name} --split`,
            }
          : { becomes: "left alone", why }),
        afterDestroy: UNTOUCHED,
      },
    ],
    lines: [],
  };
}

/** One that takes precedence over the stack's. */
async function overruling(
  scene: Scene,
  application: Application,
  { existing, id }: PlannedApplication,
  held: Application,
): Promise<Part> {
  const { hostname, name } = scene.service;
  const places = placesOf(application);
  const here = places.filter((uri) => isOfHost(uri, hostname));
  const remove =
    here.length < places.length
      ? `remove ${here.join(", ")} from "${application.name}"`
      : `delete "${application.name}"`;
  const demand = tokenDemand((await rulesAt(scene, ""))?.now);
  const isDemanded = demand?.auds.includes(held.aud ?? "");
  const isThere = placesOf(held).some((uri) => isWholeHost(uri, hostname));
  const deploy = `run: npm run deploy -- ${name}`;
  return {
    rows: [
      {
        ...rowOf(application),
        becomes: "in the way",
        why: `it takes precedence over the stack's application${isDemanded ? ", whose JWT the tunnel's rule demands: whoever it admits is refused" : ""}`,
        todo:
          id === undefined
            ? `Write existingApplication: "${application.id}" in place of "${existing}".`
            : !isThere
              ? `Make "${held.name}" be for ${hostname}/*, which takes precedence. Then ${remove}, and ${deploy}`
              : demand === undefined || isDemanded
                ? `To have the stack's application decide again, ${remove}. Nothing is open by that.`
                : `To have the stack's application decide again, ${remove}, and ${deploy}. Until that is done, the tunnel's rule refuses everyone.`,
        afterDestroy: UNTOUCHED,
      },
    ],
    lines: [],
  };
}

function methodsUnkept({ allowed_idps: ids }: JsonObject): string {
  return Array.isArray(ids) && ids.length > 0
    ? "no line keeps it: main.ts names login methods, and these have no names of their own"
    : "no line keeps it: it takes each login method that the account will have, and main.ts names those of now";
}

async function takenOver(
  scene: Scene,
  application: Application,
  isNamed = false,
): Promise<Part> {
  const found = documentOf(application);
  const state = stateOf(scene, application.id);
  const deployed = state && (await deployedRow(scene, application, state));
  const others = state && othersSince(found, scene.service.hostname);
  // Whatever else somebody has made of it, a deploy writes it as it was.
  if (deployed && others === undefined)
    return {
      rows: [deployed],
      lines: isNamed ? [] : [lineOf(application.id ?? "")],
    };
  const { hostname, name } = scene.service;
  const before = scene.deployed.find((one) => one["hostname"] === hostname);
  const refusal = refusalOf(found, hostname, name);
  if (refusal) {
    const rest = deployed
      ? { rows: [], lines: [] }
      : await policies(scene, application, { isApart: true });
    return {
      rows: [
        {
          ...rowOf(application),
          becomes: "in the way",
          why: refusal.summary,
          todo:
            others ??
            (before && isNamed
              ? deployedInstead(hostname, String(before["app_id"]))
              : refusal.detail),
          afterDestroy: deployed?.afterDestroy ?? UNTOUCHED,
        },
        // Who gets in is told once the host has an application of its own.
        ...rest.rows.filter(({ kind }) => kind !== "access"),
      ],
      lines: rest.lines,
    };
  }
  const changes = await changesOf(
    scene,
    found,
    documentIn(scene.service.notes?.statedApplication),
  );
  const rest = await policies(scene, application);
  const kept = inProps(
    settingsOf(found),
    changes.map(({ attribute }) => attribute),
    scene.account.settings.cloudflareProviderVersion,
  );
  return {
    rows: [
      {
        ...rowOf(application),
        becomes: "taken over",
        isNew: true,
        why: [
          "it keeps its id, its audience and all that is not named here",
          ...doubtful(found),
          ...orOurs(scene, hostname, application.id, scene.givenBack),
        ].join("; "),
        changes: changes.map((change) =>
          change.attribute === "allowed_idps" &&
          !rest.lines.some(({ text }) => text.startsWith("loginMethod:"))
            ? { ...change, unkept: methodsUnkept(found) }
            : change,
        ),
        afterDestroy: scene.givenBack,
      },
      ...rest.rows,
    ],
    ...(isNamed && {
      taken: {
        applications: [
          {
            ...settingsOf(found),
            id: application.id,
            policies: policiesOf(application),
          },
        ],
        groups: groupsIn(policiesOf(application), await scene.account.groups()),
      },
    }),
    lines: [
      ...(isNamed ? [] : [lineOf(application.id ?? "")]),
      ...rest.lines,
      ...statedLine(scene, kept),
    ],
  };
}

function lineOf(id: string): Line {
  return {
    file: "main.ts",
    text: `existingApplication: ${JSON.stringify(id)},`,
    does: "needed",
  };
}

/** The settings that stay anyway, for those who want their code to say so. */
function statedLine({ service }: Scene, kept: string | undefined): Line[] {
  const isStated =
    Object.keys(documentIn(service.notes?.statedApplication)).length > 0;
  return kept === undefined || isStated
    ? []
    : [{ file: "main.ts", text: `application: ${kept},`, does: "states" }];
}

function ownOne(application: Application): Row {
  return {
    ...rowOf(application),
    becomes: "the stack's own",
    afterDestroy: "deleted",
  };
}
