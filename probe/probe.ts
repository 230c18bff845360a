import { setTimeout as sleep } from "node:timers/promises";
import { NotKnown } from "../account/not-known";
import { notChecked, type ProbeCheck, type ProbeOutcome } from "./check";
import { allowedPerson } from "./checks/allowed-person";
import { firstPage } from "./checks/first-page";
import { guestChecks } from "./checks/guests";
import { hostUnchanged, neighbourUnchanged } from "./checks/inside-unchanged";
import { loginRequired } from "./checks/login-required";
import { promiseChecks } from "./checks/promises";
import { otherPerson } from "./checks/other-person";
import { tokenNeeded } from "./checks/token-needed";
import { tokenWorks } from "./checks/token-works";
import type { Deployed, World } from "./world";

/** What a service's users notice, in the order of the report. */
export const CHECKS: readonly ProbeCheck[] = [
  loginRequired,
  allowedPerson,
  firstPage,
  otherPerson,
  tokenWorks,
  tokenNeeded,
  hostUnchanged,
  neighbourUnchanged,
];

export interface Result {
  readonly check: ProbeCheck;
  readonly finding: ProbeOutcome;
}

export interface ProbeOptions {
  /** @default CHECKS */
  readonly checks?: readonly ProbeCheck[];
  /**
   * How long a broken promise is tried again, in milliseconds: Access needs
   * some seconds until its edge knows a new application.
   *
   * @default 0
   */
  readonly retryFor?: number;
  /** Milliseconds before a broken promise is tried again. @default 2000 */
  readonly pause?: number;
  readonly signal?: AbortSignal;
  /** Told of each attempt at a promise. */
  readonly onAttempt?: (attempt: Attempt) => void;
}

/** What one attempt at a promise found. */
export interface Attempt {
  readonly deployed: Deployed;
  readonly check: ProbeCheck;
  readonly finding: ProbeOutcome;
  /** Another attempt follows, after the pause. */
  readonly again: boolean;
}

/** Tries every promise about a service. */
export async function probe(
  deployed: Deployed,
  world: World,
  options: ProbeOptions = {},
): Promise<Result[]> {
  const { retryFor = 0, pause = 2000, signal } = options;
  const checks = [
    ...(options.checks ?? CHECKS),
    ...promiseChecks(deployed),
    ...guestChecks(deployed),
  ];
  const until = Date.now() + retryFor;
  const lasting = new Set<string>();
  const results = await Promise.all(
    checks.map(async (check) => {
      for (;;) {
        const finding = await find(check, deployed, world);
        signal?.throwIfAborted();
        if (isLasting(check, finding)) lasting.add(check.id);
        const again =
          mayChange(check, finding) &&
          !check.restsOn?.some((id) => lasting.has(id)) &&
          Date.now() < until;
        options.onAttempt?.({ deployed, check, finding, again });
        if (!again) return { check, finding };
        await sleep(pause, undefined, { signal });
      }
    }),
  );
  return results.map((result) => withoutGround(result, results));
}

function isLasting({ lasting }: ProbeCheck, finding: ProbeOutcome): boolean {
  return finding.status === "broken" && (lasting || finding.lasting) === true;
}

function mayChange(check: ProbeCheck, finding: ProbeOutcome): boolean {
  if (finding.status === "broken") return !isLasting(check, finding);
  return finding.status === "not checked" && finding.passing === true;
}

/**
 * A promise is not to be told where one that it rests on is broken: that one
 * has the cause.
 */
function withoutGround(result: Result, all: readonly Result[]): Result {
  if (result.finding.status !== "broken") return result;
  const ground = all.find(
    ({ check, finding }) =>
      finding.status === "broken" && result.check.restsOn?.includes(check.id),
  );
  if (!ground) return result;
  const why = `${result.finding.seen}, while "${ground.check.promise}" is broken`;
  return { ...result, finding: notChecked(why) };
}

async function find(
  check: ProbeCheck,
  deployed: Deployed,
  world: World,
): Promise<ProbeOutcome> {
  try {
    return await check.run(deployed, world);
  } catch (error) {
    if (error instanceof NotKnown) return notChecked(error.message);
    return {
      status: "broken",
      seen: reason(error),
      cause: "the request got no answer at all",
      remedy: "check DNS, the network and the certificate of the host",
    };
  }
}

/** The innermost cause, which is the one that tells something. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : reason(error.cause);
}
