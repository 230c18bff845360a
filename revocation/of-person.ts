import type Cloudflare from "cloudflare";
import type { AccessAccount } from "../access/model";
import type { Progress } from "../account/with-retries";
import { TodaysPolicies } from "../account/todays-policies";
import { UsageError } from "../base/usage-error";
import { activeSessions, type ActiveSession } from "./active-sessions";
import { notChecked, type Prepared } from "./prepared";
import type { Observation } from "./proof";
import { observationOf, type TestSession } from "./test-session";

const LISTED = "the sessions that Cloudflare lists";

export interface PersonOptions {
  readonly person: string;
  readonly hostname: string;
  /** The account's policies, or why they can't be read. */
  readonly account: AccessAccount | Error;
  readonly client: Cloudflare;
  readonly accountId: string;
  /** A session of the person, to be tried as well. */
  readonly given?: TestSession;
}

/**
 * Prepares the end of a person's sessions everywhere in the account.
 *
 * @throws UsageError where nobody with this address has ever logged in
 */
export async function ofPerson(
  options: PersonOptions,
  progress: Progress,
): Promise<Prepared> {
  const { accountId, client, given, person } = options;
  const list = () => activeSessions(client, accountId, person, progress);
  const before = await list().catch((error: Error) => {
    progress.signal.throwIfAborted();
    return error;
  });
  if (before === undefined)
    throw new UsageError("npm run revoke", [
      `nobody with the address ${person} has ever logged in to this account, so there is no session to end: if somebody else is meant, see Zero Trust, Team & Resources, Users`,
    ]);
  const listed = before instanceof Error ? undefined : before;
  return {
    target: { person },
    plan: planOf(person, listed),
    observations: [
      ...(given ? [observationOf(given)] : []),
      ...(listed ? [listing(listed, list)] : []),
    ],
    notChecked:
      before instanceof Error ? [notChecked(LISTED, before.message)] : [],
    notes: notesOn(options),
  };
}

function planOf(
  person: string,
  sessions: readonly ActiveSession[] | undefined,
): string {
  const plan = `Ends all sessions of ${person} at every application in the account`;
  if (sessions === undefined) return `${plan}.`;
  const names = [
    ...new Set(sessions.flatMap(({ applications }) => applications)),
  ];
  const where = names.length > 0 ? ` (${names.join(", ")})` : "";
  return `${plan}; Cloudflare lists ${countOf(sessions)}${where}.`;
}

/** Sessions that begin after the revocation are others. */
function listing(
  before: readonly ActiveSession[],
  list: () => Promise<ActiveSession[] | undefined>,
): Observation {
  const ids = new Set(before.map(({ id }) => id));
  return {
    of: LISTED,
    before: countOf(before),
    async look() {
      const now = (await list()) ?? [];
      const left = now.filter(({ id }) => ids.has(id));
      return { ended: left.length === 0, seen: `${left.length} of them` };
    },
  };
}

function countOf({ length }: readonly unknown[]): string {
  return `${length} ${length === 1 ? "session" : "sessions"}`;
}

/** Whether the person comes in again. */
function notesOn({ account, hostname, person }: PersonOptions): string[] {
  if (account instanceof Error)
    return [
      `Whether ${person} may log in again was not checked: ${account.message}.`,
    ];
  const policies = new TodaysPolicies(account);
  const here = policies.judge(hostname, { email: person });
  const elsewhere = account.applications
    .flatMap(({ domain, name }) => (domain ? [{ domain, name }] : []))
    .filter(({ domain }) => domain.split("/")[0] !== hostname)
    .filter(
      ({ domain }) =>
        policies.judge(domain, { email: person }).how === "identity",
    )
    .map(({ domain, name }) => `${name ?? domain} (${domain})`);
  const { policy } = here;
  const isInside =
    policy !== undefined && !("reusable" in policy && policy.reusable === true);
  const remedy = isInside
    ? "That policy is written inside the application, and no deploy changes it: take them out of it there (Zero Trust, Access controls, Applications), then revoke again."
    : "Remove them from main.ts or the settings, deploy, then revoke again.";
  const notes = {
    yes: `${person} may log in again at ${hostname}: ${here.reason}. ${remedy}`,
    depends: `${person} may be able to log in again at ${hostname}: it ${here.reason}.`,
    no: `${person} can't log in again at ${hostname}: ${here.reason}.`,
  };
  return [
    notes[here.admitted],
    ...(elsewhere.length > 0
      ? [
          `They may still log in elsewhere in the account: ${elsewhere.join(", ")}.`,
        ]
      : []),
  ];
}
