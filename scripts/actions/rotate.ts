import {
  printable,
  printableJsonLine,
  printableName,
} from "../../base/printable";
import type { OwnToken } from "../../contract/service-outputs";
import { setTimeout as sleep } from "node:timers/promises";
import { checkApiToken } from "../../account/api-token";
import { cloudflareClient } from "../../account/client";
import { readDeployed } from "../../probe/deployed";
import { findStack } from "../../deployment/find-stack";
import type { Stack } from "../../deployment/stacks";
import { checkTerraform } from "../../deployment/terraform";
import type { ProbeOutcome } from "../../probe/check";
import { tryToken } from "../../probe/checks/further-tokens";
import { tokenWorks } from "../../probe/checks/token-works";
import { internet, type Internet } from "../../probe/internet";
import { internetOptions } from "../../probe/locate";
import type { Deployed } from "../../probe/world";
import { timeSpan } from "../../base/duration";
import { extend } from "../../rotation/extend";
import { rotate, type Rotated } from "../../rotation/rotate";
import { rotationsFile } from "../../contract/rotations";
import { findToken, readStackService } from "../../secrets/stack-tokens";
import { openStore } from "../../secrets/stores";
import { UsageError } from "../../base/usage-error";
import {
  checkDeploySettings,
  environmentWithFile,
  loadSettings,
} from "../../settings";
import { patientInterruption } from "../command";
import { timeFault } from "../times";
import type { RotateOptions } from "../rotate";

export async function run(name: string, options: RotateOptions): Promise<void> {
  const { overlap, wait } = readTimes(options);
  const env = environmentWithFile();
  const { hurry, signal } = patientInterruption();
  checkDeploySettings(env);
  await checkTerraform(env);
  const client = cloudflareClient(env);
  const { accountId } = loadSettings(env);
  await checkApiToken(client, accountId);
  // Progress goes where it is not in the way of --json.
  const print = options.json ? console.error : console.log;
  const say = (line: string) => print(printable(line));

  if (options.extend) {
    const stack = await findStack(name, { env, signal });
    const service = await readStackService(stack, { env, signal });
    const token = findToken(service, options.token);
    const extended = await extend(stack, token, {
      env,
      client,
      accountId,
      signal,
      hurry,
      say,
    });
    if (options.json) return console.log(printableJsonLine(extended));
    for (const line of extendedLines(name, token, extended)) say(line);
    return;
  }

  const outside = internet(internetOptions(env));
  try {
    const rotated = await rotate({
      env,
      signal,
      hurry,
      say,
      overlap,
      service: name,
      token: options.token,
      force: options.force ?? false,
      openStore: (token) =>
        openStore(options.store ?? token.store ?? "env", {
          env,
          file: options.file,
          service: name,
          token,
        }),
      findStack: () => findStack(name, { env, signal }),
      prove: (stack, token) =>
        prove(outside, stack, token, { env, signal, wait }),
    });
    if (options.json) return console.log(printableJsonLine(rotated));
    for (const line of rotatedLines(rotated, rotationsFile(env))) say(line);
  } finally {
    await outside.close();
  }
}

/** What people are told of a token that lives longer. */
export function extendedLines(
  service: string,
  { name }: Pick<OwnToken, "name">,
  { changed, expiresAt, noted }: Awaited<ReturnType<typeof extend>>,
): string[] {
  return [
    `${printableName(name)} ${changed ? "now expires" : "has a year left: it expires"} at ${expiresAt}`,
    ...(noted
      ? []
      : [`Other changes are not applied: run npm run deploy -- ${service}.`]),
  ].map(printable);
}

/** What people are told of a token with a new secret. */
export function rotatedLines(
  { expiresAt, previousExpiresAt, token }: Rotated,
  file: string,
): string[] {
  return [
    `${printableName(token)} has a new secret. The old one works until ${previousExpiresAt}: restart its clients before then.`,
    `The token expires ${expiresAt ?? "never"}.`,
    `Commit ${file}.`,
  ].map(printable);
}

/** Tries a pair until it works: Cloudflare needs some seconds to spread it. */
async function prove(
  outside: Internet,
  stack: Stack,
  token: OwnToken,
  options: { env: NodeJS.ProcessEnv; signal: AbortSignal; wait: number },
): Promise<{ works: boolean; seen: string }> {
  const { env, signal, wait } = options;
  const deployed = await readDeployed(stack, { env, signal });
  const until = Date.now() + wait;
  for (;;) {
    const finding = await tryOut(deployed, token, outside).catch(
      (error: Error) => ({
        status: "broken" as const,
        seen: `no answer (${error.message})`,
      }),
    );
    const seen = finding.status === "not checked" ? finding.why : finding.seen;
    if (finding.status === "kept") return { works: true, seen };
    if (Date.now() >= until) return { works: false, seen };
    await sleep(2000, undefined, { signal });
  }
}

/** A token that is limited to paths is tried at those. */
function tryOut(
  deployed: Deployed,
  { clientId, clientSecret, name, paths }: OwnToken,
  outside: Internet,
): Promise<ProbeOutcome> {
  const token = { name, clientId, clientSecret };
  return paths
    ? tryToken(deployed, { ...token, paths }, outside)
    : tokenWorks.run({ ...deployed, token }, outside);
}

function readTimes(options: RotateOptions): { overlap: number; wait: number } {
  const faults = [
    timeFault("--overlap", options.overlap),
    timeFault("--wait", options.wait),
    options.extend &&
      options.force &&
      "--extend keeps the secret: remove --force",
  ].filter((fault) => typeof fault === "string");
  if (faults.length > 0) throw new UsageError("npm run rotate", faults);
  return {
    overlap: timeSpan(options.overlap) ?? 0,
    wait: timeSpan(options.wait) ?? 0,
  };
}
