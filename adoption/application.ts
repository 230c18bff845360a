import type { Application } from "../access/model";
import { isOfHost, isWholeHost, keyOf } from "../access/whole-host";
import type { PlannedApplication } from "../doctor/planned";
import {
  differing,
  documentIn,
  settingsOf,
  shown,
  undocumented,
} from "../providers/existing-application/document";
import { refusalOf } from "../providers/existing-application/messages";
import { othersSince } from "../providers/existing-application/own-application";
import {
  isJsonObject,
  parseJson,
  type JsonObject,
} from "../providers/tunnel-route/json";
import { admissionByRule } from "./access";
import { inProps } from "./as-props";
import { deployed } from "./deployed";
import { groupsIn, policiesOf } from "./host-access";
import { loginMethodNamed } from "./login-method";
import { onPaths, rowOf, wider } from "./other-applications";
import { HostApplications, placesOf } from "./places";
import { policies } from "./policies";
import { beforeTaken, isLetGo, splitOf } from "./split-plan";
import {
  UNTOUCHED,
  type Change,
  type Line,
  type Part,
  type Row,
  type Scene,
} from "./survey";

/** Everything of Access that is about the host: applications, policies, groups, tokens. */
export async function applications(scene: Scene): Promise<Part> {
  const { account, service, taken } = scene;
  const all = await account.applications();
  const here = new HostApplications(all, service.hostname);
  const main = service.applications.find(({ domain }) =>
    isWholeHost(domain, service.hostname),
  );
  const parts: Part[] = [];
  const beside: [Application, readonly string[]][] = [];
  for (const application of all) {
    const id = application.id ?? "";
    const isOwn = service.applications.some(
      (planned) =>
        planned.existing === undefined &&
        (planned.id === id ||
          (taken.has(id) &&
            placesOf(application).some(
              (uri) => keyOf(uri) === keyOf(planned.domain),
            ))),
    );
    const places = here.placesHere(application);
    const isNamed = main?.existing === id;
    const isDeployed = scene.deployed?.["app_id"] === id;
    if (isOwn) parts.push({ rows: [ownOne(application)], lines: [] });
    else if (isNamed || isDeployed)
      parts.push(await takenOver(scene, application, isNamed));
    else if (here.isOfWholeHost(application))
      parts.push(
        here.deciding !== application
          ? overruled(scene, application, here.deciding, all)
          : main?.id !== undefined || main?.existing !== undefined
            ? overruling(scene, application, main)
            : await takenOver(scene, application),
      );
    else if (places.length > 0) beside.push([application, places]);
    else if (here.wildcardsHere(application).length > 0)
      parts.push(await wider(scene, application, here));
  }
  // Whom the code names is known once its other lines are written.
  const isSettled = () =>
    !parts.some(({ lines }) => lines.some(({ does }) => does === "needed"));
  for (const [application, places] of beside)
    parts.push(await onPaths(scene, application, places, isSettled()));
  const isProtected =
    here.deciding !== undefined ||
    main?.id !== undefined ||
    main?.existing !== undefined;
  const sought = main?.existing ?? scene.deployed?.["app_id"];
  return {
    rows: [
      ...(sought === undefined || all.some(({ id }) => id === sought)
        ? []
        : [goneOne(scene, String(sought))]),
      ...parts.flatMap(({ rows }) => rows),
      ...(isProtected ? [] : await admissionByRule(scene)),
    ],
    lines: parts.flatMap(({ lines }) => lines),
    taken: parts.find(({ taken }) => taken !== undefined)?.taken,
  };
}

/** One that main.ts or the state names, and the account has no more. */
function goneOne({ deployed, service }: Scene, id: string): Row {
  const wasTaken = deployed?.["app_id"] === id;
  const name = documentIn(deployed?.["previous"])["name"];
  return {
    kind: "application",
    name: wasTaken ? String(name) : "",
    id,
    becomes: "in the way",
    why: wasTaken
      ? "it was taken over, and somebody has deleted it: the account has it no more"
      : "existingApplication names it, and the account has no such application",
    todo: `Write the id of one that there is into existingApplication, or take it out of main.ts, then run again: npm run adopt -- ${service.name}`,
    afterDestroy: wasTaken
      ? "not given back: another one would have another id"
      : UNTOUCHED,
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
    applications: beforeTaken(all as readonly JsonObject[], deployed),
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
function overruling(
  { service: { hostname } }: Scene,
  application: Application,
  { existing, id }: PlannedApplication,
): Part {
  const places = placesOf(application).filter((uri) => isOfHost(uri, hostname));
  return {
    rows: [
      {
        ...rowOf(application),
        becomes: "in the way",
        why: "it takes precedence over the stack's application, whose JWT the tunnel's rule demands: whoever it admits is refused",
        todo:
          id === undefined
            ? `Write existingApplication: "${application.id}" in place of "${existing}".`
            : `${places.length < placesOf(application).length ? `Remove ${places.join(", ")} from it` : "Delete it"}: the stack's application then decides for ${hostname}, and nothing is open.`,
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
  const found: JsonObject = isJsonObject(application) ? application : {};
  const isDeployed = scene.deployed?.["app_id"] === application.id;
  const refusal = refusalOf(found, scene.service.hostname, scene.service.name);
  if (refusal) {
    const rest = await policies(scene, application, { isApart: true });
    return {
      rows: [
        {
          ...rowOf(application),
          becomes: "in the way",
          why: refusal.summary,
          todo:
            (isDeployed && othersSince(found, scene.service.hostname)) ||
            refusal.detail,
          afterDestroy: UNTOUCHED,
        },
        // Who gets in is told once the host has an application of its own.
        ...rest.rows.filter(({ kind }) => kind !== "access"),
      ],
      lines: rest.lines,
    };
  }
  if (isDeployed)
    return {
      rows: [deployed(application, scene.deployed!)],
      lines: isNamed ? [] : [lineOf(application.id ?? "")],
    };
  const changes = await changesOf(scene, found);
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
        application: {
          ...settingsOf(found),
          id: application.id,
          policies: policiesOf(application),
        },
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

/** What a write may lose, as nobody knows it here. */
function doubtful(found: JsonObject): string[] {
  const names = undocumented(settingsOf(found));
  return names.length > 0
    ? [
        `this version does not know ${names.join(", ")}: whether Cloudflare keeps that is known only once the application is written`,
      ]
    : [];
}

/** What the code states and the application has not. */
async function changesOf(
  { account, plans, service }: Scene,
  found: JsonObject,
): Promise<Change[]> {
  const before = settingsOf(found);
  const names = service.notes?.loginMethods ?? [];
  const all = await account.loginMethods();
  const offered = names.flatMap(
    (name) => loginMethodNamed(name, all, plans) ?? [],
  );
  const stated = statedIn(service.notes?.statedApplication);
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

function statedIn(text: string | undefined): JsonObject {
  const stated = text === undefined ? undefined : parseJson(text);
  return isJsonObject(stated) ? stated : {};
}

/** The settings that stay anyway, for those who want their code to say so. */
function statedLine({ service }: Scene, kept: string | undefined): Line[] {
  const isStated =
    Object.keys(statedIn(service.notes?.statedApplication)).length > 0;
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
