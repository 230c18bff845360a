import { existsSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fitted } from "../../base/fitted";
import { printable } from "../../base/printable";
import { cloudflareClient } from "../../account/client";
import { readDeployed } from "../../probe/deployed";
import { synthesize, withDependencies } from "../../deployment/stacks";
import { noteOwnDoings, rayOf } from "../../account/own-doings";
import { noteFolder } from "../../deployment/apply-note";
import { accountReader } from "../../account/account-reader";
import { CHECKLIST } from "../../probe/checklist";
import { eachOf } from "../../probe/each-of";
import { internet, type Internet } from "../../probe/internet";
import { toJunit } from "../../probe/junit";
import { listeningSockets } from "../../probe/listening-sockets";
import { internetOptions } from "../../probe/locate";
import type { Attempt } from "../../probe/probe";
import { probeAll } from "../../probe/probe-all";
import { isBroken, missingFor, toJson, toTable } from "../../probe/report";
import type { Deployed, World } from "../../probe/world";
import { UsageError } from "../../base/usage-error";
import { environmentWithFile } from "../../settings";
import { interruption } from "../command";
import { progress, type ProgressLine } from "../progress";
import type { ProbeOptions } from "../probe";

/** A remote state takes a Terraform of its own: more at a time only wait for the processor. */
const TERRAFORMS = 4;

export async function run(
  names: string[],
  options: ProbeOptions,
): Promise<void> {
  if (options.junit !== undefined) checkFolder(options.junit);
  const env = environmentWithFile();
  const signal = interruption();
  const deployed = await readAll([...new Set(names)], env, signal);
  const outside = noting(internet(internetOptions(env)));
  const shown = progress(signal);
  try {
    const results = await probeAll(
      [...deployed.values()],
      {
        ...outside.world,
        ...(options.local && onThisMachine(signal)),
        account:
          env.CLOUDFLARE_API_TOKEN && env.CLOUDFLARE_ACCOUNT_ID
            ? accountReader(cloudflareClient(env), env.CLOUDFLARE_ACCOUNT_ID)
            : undefined,
      },
      {
        checks: CHECKLIST,
        retryFor: options.wait,
        signal,
        onAttempt: show(
          shown,
          [...deployed.values()].reduce(
            (all, { guests = [], promises = [] }) =>
              all +
              CHECKLIST.length +
              promises.length +
              Math.min(guests.length, 1),
            0,
          ),
        ),
      },
    );
    shown.end();
    const findings = new Map(
      [...deployed.keys()].map((name, index) => [name, results[index] ?? []]),
    );
    if (options.junit !== undefined)
      writeFileSync(options.junit, toJunit(findings));
    console.log(
      options.json
        ? toJson(findings)
        : fitted(toTable(findings), process.stdout.columns),
    );
    const reasons = missingFor(findings);
    for (const reason of reasons)
      console.error(printable(`Not all could be checked: ${reason}`));
    if (isBroken(findings)) process.exitCode = 1;
    else if (reasons.length > 0) process.exitCode = 2;
  } finally {
    shown.end();
    await outside.close();
    outside.note(env);
  }
}

/** Remembers which requests with a token are its own, for the log. */
function noting(outside: Internet) {
  const rays: string[] = [];
  const keep = (headers: Headers | undefined) => {
    const ray = headers && rayOf(headers);
    if (ray !== undefined) rays.push(ray);
  };
  const world: Internet = {
    ...outside,
    ask: async (url, ask) => {
      const answer = await outside.ask(url, ask);
      if (ask?.headers) keep(answer.headers);
      return answer;
    },
    openSocket: async (url, headers) => {
      const socket = await outside.openSocket(url, headers);
      keep(socket.opened ? socket.headers : socket.answer?.headers);
      return socket;
    },
  };
  return {
    world,
    close: () => outside.close(),
    note(env: NodeJS.ProcessEnv): void {
      const now = new Date();
      const at = now.toISOString();
      const noted = rays.map((ray) => ({ ray, at }));
      noteOwnDoings(noteFolder(env), { rays: noted }, now);
    },
  };
}

/** Counts the promises that are looked at, and names those that take longer. */
function show(
  { say, tick }: ProgressLine,
  all: number,
): (attempt: Attempt) => void {
  const late = new Set<string>();
  let told = 0;
  return ({ again, check: { promise }, deployed: { hostname } }) => {
    if (!again) told += 1;
    const line = `${hostname}: "${promise}" not confirmed yet, retrying`;
    if (again && !late.has(line)) say(line);
    if (again) late.add(line);
    tick(`${told} of ${all} promises checked`);
  };
}

/**
 * What was deployed, by the names of the stacks.
 *
 * @throws UsageError naming all that are unknown or not deployed
 */
async function readAll(
  names: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Map<string, Deployed>> {
  const stacks = await synthesize({ env, signal });
  withDependencies(stacks, names);
  const faults: string[] = [];
  const deployed = new Map<string, Deployed>();
  const wanted = [...stacks.values()].filter(({ name }) =>
    names.includes(name),
  );
  await eachOf(wanted, TERRAFORMS, async (stack) => {
    try {
      deployed.set(stack.name, await readDeployed(stack, { env, signal }));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      faults.push(...error.faults);
    }
  });
  if (faults.length > 0) throw new UsageError("Services", faults);
  return new Map(
    names.flatMap((name) => {
      const found = deployed.get(name);
      return found ? [[name, found] as const] : [];
    }),
  );
}

function onThisMachine(signal: AbortSignal): Pick<World, "host" | "sockets"> {
  return {
    sockets: () => listeningSockets(),
    host: {
      async ask(url) {
        const answer = await fetch(url, { redirect: "manual", signal });
        const { headers, status } = answer;
        return { headers, status, text: await answer.text() };
      },
    },
  };
}

/** The report comes last: that it has a place is better known first. */
function checkFolder(file: string): void {
  const folder = dirname(resolve(file));
  if (!existsSync(folder))
    throw new UsageError("--junit", [
      `the folder ${folder} does not exist: create it, or name another file`,
    ]);
}
