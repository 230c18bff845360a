import type { Check, Finding } from "./check";
import { allowedPerson } from "./checks/allowed-person";
import { hostUnchanged, neighbourUnchanged } from "./checks/inside-unchanged";
import { loginRequired } from "./checks/login-required";
import { otherPerson } from "./checks/other-person";
import { tokenNeeded } from "./checks/token-needed";
import { tokenWorks } from "./checks/token-works";
import type { Deployed, World } from "./world";

/** Every promise, in the order of the report. */
export const CHECKS: readonly Check[] = [
  loginRequired,
  allowedPerson,
  otherPerson,
  tokenWorks,
  tokenNeeded,
  hostUnchanged,
  neighbourUnchanged,
];

export interface Result {
  readonly check: Check;
  readonly finding: Finding;
}

export interface ProbeOptions {
  /**
   * How long a broken promise is tried again, in milliseconds: Access needs
   * some seconds until its edge knows a new application.
   *
   * @default 0
   */
  readonly patience?: number;
  readonly signal?: AbortSignal;
}

/** Tries every promise about a service. */
export async function probe(
  deployed: Deployed,
  world: World,
  { patience = 0, signal }: ProbeOptions = {},
): Promise<Result[]> {
  const until = Date.now() + patience;
  return Promise.all(
    CHECKS.map(async (check) => {
      for (;;) {
        const finding = await find(check, deployed, world);
        signal?.throwIfAborted();
        if (finding.status !== "broken" || Date.now() >= until)
          return { check, finding };
        await new Promise((resolve) => setTimeout(resolve, 2000));
      }
    }),
  );
}

async function find(
  check: Check,
  deployed: Deployed,
  world: World,
): Promise<Finding> {
  try {
    return await check.run(deployed, world);
  } catch (error) {
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
