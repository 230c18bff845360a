import type { Application, Policy } from "../access/model";
import { parseUri, pathExpression } from "../access/path-pattern";
import { keyOf } from "../access/whole-host";
import { withoutPlace } from "../access/without-place";
import { plainPattern } from "../ingress/open-path";
import { ruleOfPath } from "../ingress/protect-rule";
import { tokenDemand } from "../ingress/token-demand";
import {
  ownApplication,
  UNUSED_PATH,
} from "../providers/existing-application/own-application";
import {
  comesThrough,
  decisionsOf,
  rulesAt,
  type HostApplications,
} from "./places";
import { isWithin } from "../review/within";
import { admittingMore, promised, tokensAdmitted } from "./access";
import { policiesOf } from "./host-access";
import { rowOf } from "./one-application";
import { onTakenPath, type PathApplication } from "./path-applications";
import { policies } from "./policies";
import { takenFromWildcards } from "./split-plan";
import { UNTOUCHED, type Part, type Row, type Scene } from "./survey";

function row(application: Application, why: string): Row {
  return {
    ...rowOf(application),
    becomes: "left alone",
    why,
    afterDestroy: UNTOUCHED,
  };
}

/** One that decides for paths of the host, and not for all of it. */
export async function onPaths(
  scene: Scene,
  application: Application,
  here: HostApplications,
  {
    isSettled,
    onPath,
  }: { readonly isSettled: boolean; readonly onPath?: PathApplication },
): Promise<Part> {
  const { service } = scene;
  if (onPath)
    return onTakenPath(scene, onPath, here.deciding, (path) =>
      keptByRule(scene, application, path),
    );
  const places = here.placesHere(application);
  for (const place of places) {
    const { path } = parseUri(place);
    if (path === UNUSED_PATH) continue;
    const rules = await rulesAt(scene, path);
    if (!rules?.isTakenOver || !comesThrough(application, rules.now)) continue;
    const used = await usersOf(scene, application);
    return {
      rows: [
        {
          ...rowOf(application),
          becomes: "in the way",
          why: `it decides for ${place}, and the stack's rule would take these requests and refuse whomever it admits: ${used}`,
          todo: pathRule(
            scene,
            application,
            path,
            tokenDemand(rules.now) === undefined,
          ),
          afterDestroy: UNTOUCHED,
        },
      ],
      lines: [],
    };
  }
  const [place = ""] = places;
  const rules = await rulesAt(scene, parseUri(place).path);
  if (keyOf(place) === service.hostname + UNUSED_PATH)
    return {
      rows: [
        row(
          application,
          `it is for a path that nobody asks for, as one that waits to become the host's own; where a split was cut off, npm run adopt -- ${service.name} --split goes on`,
        ),
      ],
      lines: [],
    };
  const part = await meant(scene, application, places, isSettled);
  if (part.rows.length > 0) return part;
  const { path } = parseUri(place);
  // No rule with a JWT check lets in whom a Bypass names.
  const isForLogins = decisionsOf(application).some(
    (decision) => decision === "allow" || decision === "non_identity",
  );
  return {
    rows: [
      rules && !rules.isTakenOver
        ? row(
            application,
            `it decides for ${place}, whose requests a rule of the tunnel takes that stays before the stack's; the probe calls that broken where no promise names its policies`,
          )
        : {
            ...row(
              application,
              `it decides for ${place}, where the tunnel's rule demands the JWT of another application and refuses everyone whom this one admits; npm run probe calls that broken ("No other application takes a part of the host")`,
            ),
            todo: [
              `If nothing needs it, once the host is deployed, ${withoutPlace(application, service.hostname, path.replaceAll("*", "x"))}: the service's own then covers the path.${isForLogins ? " If it is to let in whom it admits:" : ""}`,
              ...(isForLogins
                ? [pathRule(scene, application, path, false)]
                : []),
            ].join("\n"),
          },
    ],
    lines: part.lines,
  };
}

/** What a rule of a path in plain spellings takes. */
function plainOf(path: string): string {
  return `all that ${path} covers but names with ; % \\ " < > | ^ { } or another character that docs/open-paths.md refuses, which the stack's rule takes and refuses`;
}

/** Ends of a path that a service may read as another path, for which no promise of the path stands. */
const SPELLINGS = [";", "/", "\\", "%25", ".."];

/**
 * What the review asks for where an application beside the stack's lets in whom
 * the code does not name, by rules that stay before the stack's: a promise, of a
 * path that is read in one way only.
 */
async function meant(
  scene: Scene,
  application: Application,
  places: readonly string[],
  isSettled: boolean,
): Promise<Part> {
  const { hostname, name: stack, promises = [] } = scene.service;
  const lettingIn = async (path: string) => {
    const rules = await rulesAt(scene, path);
    return rules && !rules.isTakenOver && comesThrough(application, rules.now)
      ? rules.now
      : undefined;
  };
  const paths: string[] = [];
  const open: string[] = [];
  for (const place of places) {
    const { path } = parseUri(place);
    const rule = await lettingIn(path);
    if (rule) paths.push(path);
    if (rule && tokenDemand(rule) === undefined) open.push(path);
  }
  const more =
    isSettled && paths.length > 0
      ? await admittingMore(scene, application)
      : [];
  const inTheWay = (why: string, todo: string): Part => ({
    rows: [
      {
        ...rowOf(application),
        becomes: "in the way",
        why,
        todo,
        afterDestroy: UNTOUCHED,
      },
    ],
    lines: [],
  });
  const [unchecked] = decisionsOf(application).includes("bypass") ? open : [];
  if (unchecked !== undefined)
    return inTheWay(
      "it lets in without a login whomever its Bypass names, which no promise can say: the review of a deploy refuses that",
      yesEachTime(stack),
    );
  const toPromise =
    isSettled && paths.length > 0
      ? ((await promisable(scene, application)) ?? more)
      : more;
  if (toPromise.length === 0) return { rows: [], lines: [] };
  const names = toPromise.map(({ name }) => name ?? "");
  const all = policiesOf(application).map(({ name }) => name ?? "");
  const isTold = names.every(
    (name) => name !== "" && all.filter((one) => one === name).length === 1,
  );
  if (!isTold)
    return inTheWay(
      "it lets in whom the code does not name, and the code can promise that only of policies that each have a name of their own",
      `Give each policy of "${application.name}" a name of its own. Then run again: npm run adopt -- ${stack}`,
    );
  for (const path of paths) {
    const pattern = plainPattern(path);
    const above = path.replace(/\/\*?$/, "").replaceAll("*", "x");
    for (const spelling of SPELLINGS.map((end) => `${above}/${end}`))
      if (await lettingIn(spelling))
        return more.length === 0
          ? { rows: [], lines: [] }
          : inTheWay(
              `it lets in whom the code does not name, and the rule that takes ${hostname}${path} takes ${spelling} as well, which a service can read as another path: the review of a deploy refuses that`,
              pattern === undefined
                ? yesEachTime(stack)
                : `Change the path of that rule to ${pattern}: it takes ${plainOf(path)}. Then run again: npm run adopt -- ${stack}`,
            );
  }
  const missing = names.filter(
    (name) =>
      !paths.every((path) =>
        promises.some(
          ({ paths: given, who }) =>
            who.kind === "policy" &&
            who.name === name &&
            isWithin(
              { host: hostname, path: path.replaceAll("*", "x") },
              given,
            ),
        ),
      ),
  );
  return {
    rows: [],
    lines: missing.length === 0 ? [] : [promised(missing, paths, promises)],
  };
}

/**
 * All policies of an application that let anyone in, where promises of them can
 * say so: the probe then leaves its path to it.
 */
async function promisable(
  scene: Scene,
  application: Application,
): Promise<Policy[] | undefined> {
  const ours = scene.own
    .filter(({ type }) => type === "cloudflare_zero_trust_access_policy")
    .map(({ values }) => values.name);
  const all = policiesOf(application).filter(
    ({ decision }) => decision !== "deny",
  );
  const names = new Set(all.map(({ name }) => name));
  const isTold =
    names.size === all.length &&
    all.every(({ name }) => name && !ours.includes(name));
  const letting = isTold ? await admittingMore(scene, application, []) : [];
  return isTold && letting.length === all.length ? letting : undefined;
}

/** Those whom an application admits, as far as a sentence can say it. */
async function usersOf(
  scene: Scene,
  application: Application,
): Promise<string> {
  const tokens = await tokensAdmitted(scene, application);
  const decisions = decisionsOf(application);
  return [
    ...(decisions.includes("bypass")
      ? ["everyone whom its Bypass lets in"]
      : []),
    ...(decisions.includes("allow") ? ["people"] : []),
    ...(tokens.length > 0 ? [`the token ${tokens.join(", ")}`] : []),
    ...(decisions.includes("non_identity") && tokens.length === 0
      ? ["machines"]
      : []),
  ].join(", ");
}

/** Of what the review refuses, and nothing in the code can say. */
function yesEachTime(stack: string): string {
  return `To accept that, answer yes at each deploy: npm run deploy -- ${stack}`;
}

/** How a path keeps its application once the code names it no more. */
async function keptByRule(
  scene: Scene,
  application: Application,
  path: string,
): Promise<string> {
  const rules = await rulesAt(scene, path);
  return rules && !rules.isTakenOver
    ? `The tunnel's rule that takes it today stays before the stack's. Then run again: npm run adopt -- ${scene.service.name}`
    : pathRule(scene, application, path, tokenDemand(rules?.now) === undefined);
}

/** How a path of the host keeps its application: by a rule that the stack leaves alone. */
function pathRule(
  { service: { hostname, name: stack } }: Scene,
  application: Application,
  path: string,
  isUnchecked: boolean,
): string {
  const isOpen = isUnchecked && decisionsOf(application).includes("bypass");
  const plain = plainPattern(path);
  const [make, move] = ruleOfPath(
    hostname,
    plain ?? pathExpression(path),
    isOpen
      ? `without "Protect with Access", as whoever "${application.name}" lets in has no JWT`
      : `and "Protect with Access" for "${application.name}"`,
  );
  return [
    `Give the path a rule of its own in the tunnel (Zero Trust, Networks, Connectors, Cloudflare Tunnels), which the stack leaves alone:`,
    `1. ${capitalized(make)}.${plain === undefined ? "" : ` It takes ${plainOf(path)}.`}`,
    `2. ${capitalized(move)}.`,
    `3. Run again: npm run adopt -- ${stack}${isOpen ? ". No code says whom a Bypass lets in: each deploy that changes anything then asks for a yes, which CI cannot give" : ""}`,
  ].join("\n");
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** One for a wildcard that the host is one of. */
export async function wider(
  scene: Scene,
  application: Application,
  here: HostApplications,
): Promise<Part> {
  const { hostname } = scene.service;
  const places = here.wildcardsHere(application);
  const deciding = places.filter((uri) => here.decidesAt(application, uri));
  const [place] = deciding;
  if (place === undefined)
    return {
      rows: [
        row(
          application,
          `another application takes precedence for ${hostname}`,
        ),
      ],
      lines: [],
    };
  const rules = await rulesAt(scene, parseUri(place).path);
  // With the JWT check, each of the two audiences is refused for a while.
  const stops =
    rules !== undefined &&
    rules.isTakenOver &&
    tokenDemand(rules.now) !== undefined &&
    comesThrough(application, rules.now);
  const tokens = stops ? await tokensAdmitted(scene, application) : [];
  const taken = takenFromWildcards(
    application,
    here,
    await scene.account.applications(),
  );
  const rest = await policies(scene, application, { isApart: true });
  const precedence = `the stack makes an application for ${hostname} alone, which takes precedence`;
  return tokens.length > 0
    ? {
        rows: [
          {
            ...rowOf(application),
            becomes: "in the way",
            why: `${precedence}; from then until the tunnel's rule demands its JWT, some seconds later, everyone is refused, and so is the token ${tokens.join(", ")}`,
            todo: [
              ...(taken.length > 0
                ? taken.map((why) => `${why}.`)
                : [
                    ownApplication({
                      hostname,
                      application: { ...application },
                      others: places,
                      isNamed: false,
                      stack: scene.service.name,
                    }),
                  ]),
              `To accept those seconds instead, at a destroy as well, write what is needed and answer yes: npm run deploy -- ${scene.service.name}`,
            ].join("\n"),
            afterDestroy: UNTOUCHED,
          },
          ...rest.rows,
        ],
        lines: rest.lines,
      }
    : {
        rows: [
          {
            ...row(
              application,
              stops
                ? `${precedence}; from then until the tunnel's rule demands its JWT, some seconds later, and again at a destroy, people are refused; they log in there again`
                : `${precedence}; people log in there again`,
            ),
            afterDestroy: `untouched; ${hostname} is left to it again`,
          },
          ...rest.rows,
        ],
        lines: rest.lines,
      };
}
