import type Cloudflare from "cloudflare";
import type { Progress } from "../account/with-retries";
import { readAccess } from "../account/read-access";
import type { Deployed, World } from "../probe/world";
import { ofPerson } from "./of-person";
import { ofService } from "./of-service";
import type { Prepared } from "./prepared";
import { observe, type Proof } from "./proof";
import { revoke } from "./revoke";
import { givenSession } from "./test-session";

export interface EndOptions {
  /** One that does not retry by itself. */
  readonly client: Cloudflare;
  readonly accountId: string;
  readonly world: Pick<World, "ask">;
  readonly progress: Progress;
  /** Whose sessions end, everywhere. @default - everybody's at the service */
  readonly person?: string;
  /** File with a `CF_Authorization` cookie to try before and after; `-` is standard input. */
  readonly session?: string;
  /** Milliseconds to look for the end. */
  readonly wait: number;
  /** Asks before anything ends. */
  approve(plan: string): Promise<boolean>;
}

/** What became of a revocation. */
export interface Ended {
  readonly hostname: string;
  readonly person?: string;
  /** Seen to have ended in one way at least, and not to go on in any. */
  readonly ended: boolean;
  readonly proofs: readonly Proof[];
  /** Who may come in again. */
  readonly notes: readonly string[];
}

const GOES_ON =
  "Cloudflare accepted the revocation, but a session is still active: run this again with a longer --wait.";
const UNSEEN =
  "Cloudflare accepted the revocation, but its effect could not be verified here. To verify it, pass a browser's session cookie with --session.";

/**
 * Ends sessions at Cloudflare and looks whether they ended. It can be done
 * again at any time, after an interruption too.
 *
 * @returns undefined where it was not approved
 * @throws UsageError for a person or session that can't be meant
 */
export async function endSessions(
  service: Deployed,
  options: EndOptions,
): Promise<Ended | undefined> {
  const { accountId, client, progress, person, wait } = options;
  const { hostname } = service;
  const prepared = await prepare(service, options);
  if (!(await options.approve(prepared.plan))) return undefined;
  await revoke(client, accountId, prepared.target, progress);
  progress.say(
    "Cloudflare accepted the revocation. Waiting for the sessions to end.",
  );
  const proofs = [
    ...(await observe(prepared.observations, wait, progress)),
    ...prepared.notChecked,
  ];
  const goesOn = proofs.some(({ status }) => status === "not ended");
  const ended = !goesOn && proofs.some(({ status }) => status === "ended");
  const notes = [
    ...(goesOn ? [GOES_ON] : []),
    ...(goesOn || ended ? [] : [UNSEEN]),
    ...prepared.notes,
  ];
  return { hostname, ...(person && { person }), ended, proofs, notes };
}

async function prepare(
  service: Deployed,
  { accountId, client, progress, person, session, world }: EndOptions,
): Promise<Prepared> {
  progress.tick("Reading the account");
  const given =
    session === undefined
      ? undefined
      : await givenSession(session, service, world, person);
  const reading = readAccess(client, accountId, progress);
  if (person === undefined)
    return ofService(service, await reading, world, given);
  const account = await reading.catch((error: Error) => {
    progress.signal.throwIfAborted();
    return error;
  });
  const { hostname } = service;
  return ofPerson(
    { person, hostname, account, client, accountId, given },
    progress,
  );
}
