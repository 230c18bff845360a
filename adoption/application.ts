import { publicDestinations } from "../access/match-application";
import type { Application } from "../access/model";
import { hostMatcher, parseUri } from "../access/path-pattern";
import {
  differing,
  settingsOf,
  shown,
} from "../providers/existing-application/document";
import { refuseOthers } from "../providers/existing-application/messages";
import {
  isJsonObject,
  parseJson,
  type JsonObject,
} from "../providers/tunnel-route/json";
import { ProviderError } from "../terraform-plugin/provider";
import { inProps } from "./as-props";
import { policies } from "./policies";
import {
  AS_BEFORE,
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
  const plannedFor = (application: Application) =>
    service.applications.find(
      ({ domain, existing, id }) =>
        application.id === existing ||
        application.id === id ||
        placesOf(application).some((uri) => keyOf(uri) === keyOf(domain)),
    );
  const isDecided = all.some(
    (one) => plannedFor(one) && placesOf(one).includes(service.hostname),
  );
  const parts: Part[] = [];
  for (const application of all) {
    const hosts = placesOf(application).map((uri) => parseUri(uri));
    const planned = plannedFor(application);
    if (
      planned &&
      planned.existing === undefined &&
      (planned.id === application.id || taken.has(application.id ?? ""))
    )
      parts.push({ rows: [ownOne(application)], lines: [] });
    else if (planned)
      parts.push(
        await takenOver(scene, application, keyOf(planned.domain), {
          isNamed: planned.existing === application.id,
          isDeployed:
            planned.existing === application.id && planned.id !== undefined,
        }),
      );
    else if (hosts.some(({ host }) => host === service.hostname))
      parts.push({ rows: [onPath(application, service.hostname)], lines: [] });
    else if (hosts.some(({ host }) => hostMatcher(host)(service.hostname)))
      parts.push(await wider(scene, application, isDecided));
  }
  return {
    rows: parts.flatMap(({ rows }) => rows),
    lines: parts.flatMap(({ lines }) => lines),
  };
}

async function takenOver(
  scene: Scene,
  application: Application,
  place: string,
  { isDeployed, isNamed }: { isDeployed: boolean; isNamed: boolean },
): Promise<Part> {
  const found: JsonObject = isJsonObject(application) ? application : {};
  const refusal = refusalOf(found, place);
  if (refusal) {
    const rest = await policies(scene, application, { isApart: true });
    return {
      rows: [
        {
          ...rowOf(application),
          becomes: "in the way",
          why: refusal.summary,
          todo: refusal.detail,
          afterDestroy: UNTOUCHED,
        },
        ...rest.rows,
      ],
      lines: rest.lines,
    };
  }
  if (isDeployed)
    return {
      rows: [
        {
          ...rowOf(application),
          becomes: "taken over",
          why: "deployed: its id and audience are as they were",
          afterDestroy: AS_BEFORE,
        },
      ],
      lines: [],
    };
  const changes = await changesOf(scene, found);
  const rest = await policies(scene, application);
  const line: Line = {
    file: "main.ts",
    text: `existingApplication: ${JSON.stringify(application.id)},`,
    does: "needed",
  };
  const kept = inProps(
    settingsOf(found),
    changes.map(({ attribute }) => attribute),
  );
  return {
    rows: [
      {
        ...rowOf(application),
        becomes: "taken over",
        isNew: true,
        why: "it keeps its id, its audience and all that is not named here",
        changes,
        afterDestroy: AS_BEFORE,
      },
      ...rest.rows,
    ],
    lines: [
      ...(isNamed ? [] : [line]),
      ...rest.lines,
      ...statedLine(scene, kept),
    ],
  };
}

function refusalOf(
  found: JsonObject,
  place: string,
): ProviderError | undefined {
  try {
    refuseOthers(found, place);
    return undefined;
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}

/** What the code states and the application has not. */
async function changesOf(
  { account, service }: Scene,
  found: JsonObject,
): Promise<Change[]> {
  const before = settingsOf(found);
  const names = service.notes?.loginMethods ?? [];
  const offered = (await account.loginMethods()).filter(({ name }) =>
    names.includes(name),
  );
  const document: JsonObject = {
    ...before,
    ...statedIn(service.notes?.statedApplication),
    // Of two with one name, none is known to be the one.
    ...(offered.length === names.length && {
      allowed_idps: offered.map(({ id }) => id),
    }),
  };
  return differing(before, document).map((attribute) => ({
    attribute,
    before: shown(before[attribute]),
    after: shown(document[attribute]),
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

function rowOf(application: Application) {
  return {
    kind: "application",
    name: `${application.name ?? ""} (${placesOf(application).join(", ")})`,
    id: application.id ?? undefined,
  };
}

function ownOne(application: Application): Row {
  return {
    ...rowOf(application),
    becomes: "the stack's own",
    afterDestroy: "deleted",
  };
}

function onPath(application: Application, hostname: string): Row {
  return {
    ...rowOf(application),
    becomes: "left alone",
    why: `it decides for its path of ${hostname}; the tunnel's rule there demands the JWT of the stack's application and refuses everyone whom this one admits`,
    afterDestroy: UNTOUCHED,
  };
}

/** @param isDecided whether another application decides for the host already */
async function wider(
  scene: Scene,
  application: Application,
  isDecided: boolean,
): Promise<Part> {
  const { hostname } = scene.service;
  const row: Row = {
    ...rowOf(application),
    becomes: "left alone",
    why: isDecided
      ? `the application for ${hostname} alone takes precedence`
      : `the stack makes an application for ${hostname} alone, which takes precedence; people log in there again`,
    afterDestroy: isDecided
      ? UNTOUCHED
      : `untouched; ${hostname} is left to it again`,
  };
  if (isDecided) return { rows: [row], lines: [] };
  const { lines, rows } = await policies(scene, application, { isApart: true });
  return { rows: [row, ...rows], lines };
}

function placesOf(application: Application): string[] {
  return publicDestinations(application).map(({ uri }) => uri ?? "");
}

function keyOf(uri: string): string {
  const { host, path } = parseUri(uri);
  return host + path;
}
