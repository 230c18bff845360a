import { matchesHostname } from "../ingress/match";
import { tokenDemand } from "../ingress/token-demand";
import type { ApplicationApi } from "../providers/existing-application/api";
import { differing } from "../providers/existing-application/document";
import type { TunnelRef } from "../providers/tunnel-route/api";
import type { Client } from "../providers/tunnel-route/client";
import { rulesOf } from "../providers/tunnel-route/document";
import { edit } from "../providers/tunnel-route/edit";
import { CallFailure } from "../providers/tunnel-route/failure";
import { meaning, type JsonObject } from "../providers/tunnel-route/json";
import { localTunnel, unknownTunnel } from "../providers/tunnel-route/messages";
import { retry, type Sleep } from "../providers/tunnel-route/retry";
import { printId } from "../providers/tunnel-route/route";
import { ProviderError } from "../terraform-plugin/provider";
import type { SplitApi } from "./split-api";
import {
  added,
  beforeTaken,
  settingsBut,
  splitOf,
  toDecide,
  toMake,
  withoutHost,
  withRoom,
  type Found,
  type Seen,
  type Split,
  type Step,
} from "./split-plan";
import { demandingBoth } from "./split-rules";

/** What a split is done with. */
export interface Tools {
  readonly api: Pick<SplitApi, "connectors" | "make">;
  readonly applications: Pick<ApplicationApi, "list" | "put">;
  readonly client: Client;
  readonly tunnel: TunnelRef;
  readonly signal: AbortSignal;
  /** What the state knows of the application that the stack has taken over. @default - it has none */
  readonly taken?: Readonly<Record<string, unknown>>;
  /** Waits for Cloudflare and its connectors. */
  readonly sleep: Sleep;
  /** Told of what was done, and of what is waited for. */
  say(line: string): void;
  /** Told of what went otherwise than it should. */
  warn(line: string): void;
}

/**
 * Cloudflare does not document whether a connector's version is the one that it
 * was sent or the one that it goes by, nor when a change of an application is
 * known at all of its places.
 */
const CONNECTOR_MS = 5_000;
const EVERYWHERE_MS = 30_000;
/** How long connectors may take to a version; a connector without one is given this time. */
const LONGEST_MS = 60_000;
/** How often what was written is looked for. */
const LOOKS = 6;
const LOOK_MS = 2_000;

/** What tells how far a split is, read anew. */
export async function look(tools: Tools): Promise<Seen> {
  const { client, signal, tunnel } = tools;
  const configuration = await again(tools, () =>
    client.api.getConfiguration(tunnel, signal),
  );
  if (!configuration) throw unknownTunnel(tunnel);
  if (configuration.source === "local") throw localTunnel(tunnel);
  return {
    applications: beforeTaken(
      await again(tools, () => listed(tools)),
      tools.taken,
    ),
    rules: rulesOf(configuration.config),
  };
}

/**
 * Does what is left of a split. Where it is cut off, it is run again: the account
 * says how far it is.
 *
 * @returns the host's own application
 */
export async function carryOut(
  hostname: string,
  tools: Tools,
): Promise<JsonObject> {
  let found = splitOf(hostname, await look(tools));
  for (;;) {
    if ("refused" in found) throw stopped(found.refused.join("\n"));
    if ("own" in found) return found.own;
    const { split } = found;
    const [step] = split.steps;
    // The steps of a split end with its own application.
    if (step === undefined) return split.made!;
    if (step === "decide" || step === "let go") {
      await (step === "decide" ? connectors(split, tools) : everywhere(tools));
      const now = splitOf(hostname, await look(tools));
      if (!("split" in now) || now.split.steps[0] !== step) {
        found = now;
        continue;
      }
      found = now;
    }
    found = await doStep(step, found.split, tools);
    tools.say(`${DONE[step]}: done`);
  }
}

const DONE: Readonly<Record<Step, string>> = {
  make: "make the new application",
  demand: "have the tunnel's rule demand the JWT of both",
  "make room": "make room for the new application",
  decide: "have the new application decide",
  "let go": "take the host out of the old application",
};

async function doStep(step: Step, split: Split, tools: Tools): Promise<Found> {
  const { made, old } = split;
  switch (step) {
    case "make":
      await make(split, tools);
      break;
    case "demand":
      await demand(split, tools);
      break;
    case "make room":
      await put(old, withRoom(split), tools);
      break;
    case "decide":
      await put(made!, toDecide(split), tools);
      break;
    case "let go":
      await put(old, withoutHost(split), tools);
  }
  return afterwards(step, split, tools);
}

/** What there is to do once a step is done: Cloudflare may show it only in a while. */
async function afterwards(
  step: Step,
  { hostname, made, old }: Split,
  tools: Tools,
): Promise<Found> {
  for (let looks = 1; ; looks += 1) {
    const seen = await look(tools);
    const found = splitOf(hostname, seen);
    const isDone =
      "own" in found || ("split" in found && !found.split.steps.includes(step));
    if (isDone) {
      if (step === "make" && "split" in found) tellAdded(found.split, tools);
      tellLost(old, seen, tools);
      if (made) tellLost(made, seen, tools);
      return found;
    }
    if (looks === LOOKS)
      throw stopped(
        "refused" in found
          ? found.refused.join("\n")
          : `Cloudflare took the change (${DONE[step]}), and does not show it`,
      );
    await tools.sleep(
      LOOK_MS,
      tools.signal,
      "Cloudflare does not show yet what was written",
    );
  }
}

function tellAdded(split: Split, { warn }: Tools): void {
  const names = added(split);
  if (names.length > 0)
    warn(
      `Cloudflare has given the new application what "${String(split.old["name"])}" does not have: ${names.join(", ")}`,
    );
}

/** What Cloudflare did not keep of an application that was written back. */
function tellLost(was: JsonObject, seen: Seen, { warn }: Tools): void {
  const now = seen.applications.find(({ id }) => id === was["id"]);
  const [before, after] = [was, now ?? was].map((one) =>
    settingsBut(one, ["destinations", "domain"]),
  ) as [JsonObject, JsonObject];
  const names = differing(before, after);
  if (names.length > 0)
    warn(
      `"${String(was["name"])}" is not as it was, as Cloudflare did not keep it or somebody changed it meanwhile: ${names.map((name) => `${name} was ${JSON.stringify(before[name])}`).join(", ")}`,
    );
}

function listed({ applications, signal, tunnel }: Tools) {
  return applications.list(tunnel.accountId, signal);
}

async function make(split: Split, tools: Tools): Promise<void> {
  const { api } = tools;
  let tries = 0;
  await again(tools, async () => {
    tries += 1;
    if (tries > 1 && isMade(split, await listed(tools))) return;
    try {
      await api.make(toMake(split));
    } catch (error) {
      // One whose answer got lost has the place.
      const isTaken = error instanceof CallFailure && error.status === 409;
      if (isTaken && isMade(split, await listed(tools))) return;
      throw error;
    }
  });
}

function isMade(
  { hostname }: Split,
  applications: readonly JsonObject[],
): boolean {
  const found = splitOf(hostname, { applications, rules: [] });
  return !("split" in found) || !found.split.steps.includes("make");
}

async function demand(
  { hostname, made, old }: Split,
  tools: Tools,
): Promise<void> {
  const { client, signal, tunnel, warn } = tools;
  const both = (rules: Seen["rules"]) =>
    demandingBoth(rules, hostname, String(old["aud"]), String(made!["aud"]));
  // What a destroy that is done has left would have the next deploy take the
  // rule for one of its own.
  client.journal.remove(routeOf(hostname, tools));
  await edit(
    tunnel,
    {
      change: both,
      holds: (rules) => meaning(both(rules)) === meaning(rules),
    },
    { client, signal, diagnostics: told(warn) },
  );
}

/** What the journal calls the rule of a host. */
export function routeOf(hostname: string, { tunnel }: Pick<Tools, "tunnel">) {
  return printId({ ...tunnel, hostname, path: null });
}

/** Waits until every connector goes by rules that take the JWT of the new application. */
async function connectors(
  { hostname, made }: Split,
  tools: Tools,
): Promise<void> {
  const { api, client, say, signal, sleep, tunnel } = tools;
  const configuration = await again(tools, () =>
    client.api.getConfiguration(tunnel, signal),
  );
  const isDemanded = rulesOf(configuration?.config ?? null).some(
    (rule) =>
      matchesHostname(rule, hostname) &&
      tokenDemand(rule)?.auds.includes(String(made!["aud"])),
  );
  if (!isDemanded || !configuration) return;
  const { version } = configuration;
  const wait = (ms: number) =>
    sleep(ms, signal, "Waiting for the tunnel's connectors");
  for (let waited = 0; ; waited += LOOK_MS) {
    const at = await again(tools, () => api.connectors(tunnel, signal));
    const behind = at.filter((one) => one !== undefined && one < version);
    const silent = at.filter((one) => one === undefined).length;
    if (at.length === 0) return;
    if (behind.length === 0 && (silent === 0 || waited >= LONGEST_MS))
      return wait(CONNECTOR_MS);
    if (waited >= LONGEST_MS)
      throw stopped(
        `${behind.length} of ${at.length} connectors of the tunnel go by version ${behind.join(", ")} of its rules, and not by ${version}, which takes the JWT of the new application: look at their logs, or start them again`,
      );
    if (waited === 0)
      say(
        silent > 0
          ? `waiting ${LONGEST_MS / 1000} s, as ${silent} of ${at.length} connectors do not say which rules they go by`
          : `waiting until all connectors go by version ${version} of the tunnel's rules`,
      );
    await wait(LOOK_MS);
  }
}

/** The host must never be without an application, wherever Cloudflare is asked. */
async function everywhere({ say, signal, sleep }: Tools): Promise<void> {
  say(
    `waiting ${EVERYWHERE_MS / 1000} s, as Cloudflare does not say when the new application decides at all of its places`,
  );
  await sleep(EVERYWHERE_MS, signal, "Waiting for Cloudflare's places");
}

async function put(
  { id }: JsonObject,
  body: JsonObject,
  tools: Tools,
): Promise<void> {
  const { applications, tunnel } = tools;
  await again(tools, () =>
    applications.put(tunnel.accountId, String(id), body),
  );
}

function again<T>(
  { client, signal, warn }: Tools,
  attempt: () => Promise<T>,
): Promise<T> {
  return retry(attempt, { signal, diagnostics: told(warn) }, client.sleep);
}

function told(warn: Tools["warn"]) {
  const say = (summary: string, detail?: string) =>
    warn([summary, detail].filter(Boolean).join("\n"));
  return { warn: say, error: say };
}

function stopped(why: string): ProviderError {
  return new ProviderError(
    why,
    "Run the same command again: it goes on from there.",
  );
}
