import { sentenceOf, type AccessPromise } from "../../contract/promises";
import {
  broken,
  kept,
  notChecked,
  unanswered,
  type ProbeCheck,
  type ProbeOutcome,
} from "../check";
import { isWithin } from "../promised";
import { isFromAccess } from "../who-answered";
import type { Answer, Deployed, World } from "../world";
import { closedTargets } from "./open-path-spellings";
import { pairOf, tokenHeaders } from "./token-works";

/** What the owner of a service has promised, tried with requests: a check for each. */
export function promiseChecks({
  promises = [],
}: Deployed): readonly ProbeCheck[] {
  return promises.map((promise, index): ProbeCheck => ({
    id: `promise-${index + 1}`,
    promise: sentenceOf(promise),
    restsOn: ["dns", "certificate"],
    run: (deployed, world) => tryPromise(promise, promises, deployed, world),
  }));
}

type Ask = (target: string) => Promise<Answer>;

async function tryPromise(
  promise: AccessPromise,
  all: readonly AccessPromise[],
  deployed: Deployed,
  world: World,
): Promise<ProbeOutcome> {
  const { only, paths, who } = promise;
  const ask = callerOf(promise, deployed, world);
  if (ask === undefined)
    return notChecked(
      who.kind === "person"
        ? `nobody here can log in as ${who.email}; npm run review proves it`
        : who.kind === "policy"
          ? "nobody here can log in as one of them; npm run review proves it"
          : "the token is not there, or nothing here has its secret",
    );
  const seen: string[] = [];
  for (const path of paths) {
    const target = path.replaceAll("*", "probe") || "/";
    const answer = await ask(target);
    const at = `${answer.status} at ${target}`;
    if (answer.status >= 500) return unanswered(at);
    if (isFromAccess(answer) || answer.status === 403)
      return broken(
        at,
        "Access or the tunnel refuses it",
        `see what refuses it: npm run why -- ${nameOf(promise)} https://${deployed.hostname}${target}`,
      );
    seen.push(at);
  }
  if (!only) return kept(seen.join("; "));
  const { openPaths = [] } = deployed;
  const forEverybody = [
    ...all
      .filter((one) => one.who.kind === "nobody")
      .flatMap((one) => one.paths),
    ...openPaths,
  ];
  const open = who.kind === "nobody" ? paths : [...paths, ...forEverybody];
  const beside = [
    ...["/", deployed.apiPath, ...openPaths],
    ...paths
      .filter((path) => !path.includes("*") && path !== "/")
      .flatMap((path) => closedTargets(path, deployed.apiPath)),
  ].filter((target) => !isWithin(target, open));
  for (const target of beside) {
    const answer = await ask(target);
    const at = `${answer.status} at ${target}`;
    if (answer.status >= 500) return unanswered(at);
    // The tunnel's own refusals; 404 is a rule's or the service's, and shows nothing.
    const closed =
      isFromAccess(answer) || [400, 403, 404].includes(answer.status);
    if (!closed)
      return broken(
        at,
        "it gets through where the promise says that it does not",
        `see what lets it through: npm run why -- ${nameOf(promise)} https://${deployed.hostname}${target}`,
      );
  }
  return kept([...seen, `${beside.length} other paths refused`].join("; "));
}

/** How requests of those a promise is about are made; undefined where they can't be. */
function callerOf(
  { who }: AccessPromise,
  deployed: Deployed,
  world: World,
): Ask | undefined {
  const { furtherTokens = [], hostname, token } = deployed;
  const url = `https://${hostname}/`;
  switch (who.kind) {
    case "nobody":
      return (target) => world.ask(url, { target });
    case "token": {
      const found = [...(token ? [token] : []), ...furtherTokens].find(
        ({ name }) => name === who.name,
      );
      const pair = found && pairOf(found);
      return (
        pair &&
        ((target) => world.ask(url, { target, headers: tokenHeaders(pair) }))
      );
    }
    case "policy":
      return undefined;
    case "others":
    case "person": {
      const { allowed, other } = world.people ?? {};
      const known =
        who.kind === "others"
          ? other
          : [allowed, other].find((one) => one?.email === who.email);
      return (
        known &&
        (async (target) => {
          const page = `https://${hostname}${target}`;
          const first = await known.visit(page);
          // A service may refuse a browser that another site led to it, as the login does.
          return first.status === 403 && !isFromAccess(first)
            ? known.visit(page)
            : first;
        })
      );
    }
  }
}

function nameOf({ who }: AccessPromise): string {
  switch (who.kind) {
    case "nobody":
      return "nobody";
    case "others":
    case "policy":
      return "anyone.else@example.com";
    case "token":
      return who.name;
    case "person":
      return who.email;
  }
}
