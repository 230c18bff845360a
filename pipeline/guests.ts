import { checkApiToken } from "../account/api-token";
import { cloudflareClient } from "../account/client";
import { namedAccount } from "../account/named-account";
import type { Progress } from "../account/with-retries";
import { stillAdmitted } from "../account/still-admitted";
import { guestsIn, isOver, type DatedGuest } from "../contract/guests";
import { StackChange } from "../deployment/deploy";
import { ownObjects, outputsOf } from "../deployment/own";
import type { Stack } from "../deployment/stacks";
import { checkTerraform, TerraformError } from "../deployment/terraform";
import { code, codeBlock, table } from "../review/markdown";
import { activeSessions } from "../revocation/active-sessions";
import { revoke } from "../revocation/revoke";
import { loadSettings } from "../settings";
import { failureOf } from "./failure";
import { givenStacks, type GivenStacksOptions } from "./given-stacks";
import { checkLastingState } from "./lasting-state";
import type { StepReport } from "./step";
import { besidesTakingOut } from "./takes-out";

export interface GuestsOptions extends GivenStacksOptions {
  /** @default - the machine's time */
  readonly now?: Date;
}

/** A guest whose day is over and whom the account's policies still name. */
interface Overdue extends DatedGuest {
  readonly stack: string;
}

/** What became of one. */
interface Outcome {
  readonly guest: Overdue;
  readonly what: string;
  readonly failed: boolean;
}

/** Names the guests whose day is over and who get in still: it needs to read only. */
export async function overdueGuests(
  stacks: readonly Stack[],
  { env, now = new Date(), say }: GuestsOptions,
): Promise<StepReport | undefined> {
  const guests = await overdueIn(stacks, env, now);
  if (guests.length === 0) return undefined;
  say(`guests: ${guests.length} are admitted though their day is over`);
  return report(
    guests.map((guest) => ({
      guest,
      what: `admitted still: ${remedyFor(guest)}`,
      failed: true,
    })),
  );
}

/**
 * Takes out guests whose day is over, and ends their sessions. A plan that does
 * anything else is not applied: its guests are then named as overdue.
 *
 * @throws UsageError where settings are missing
 */
export async function takeOutGuests(
  options: GuestsOptions,
): Promise<StepReport> {
  const { env, now = new Date() } = options;
  if (!env.CLOUDFLARE_API_TOKEN)
    return {
      markdown:
        "## Guests\n\nNobody was taken out: this run has no CLOUDFLARE_API_TOKEN. `npm run ci -- nightly` names who is overdue.",
      failed: false,
    };
  checkLastingState(env);
  await checkTerraform(env);
  const { accountId } = loadSettings(env);
  await checkApiToken(cloudflareClient(env), accountId);
  const stacks = await givenStacks(options);
  const guests = await overdueIn(stacks, env, now);
  const outcomes: Outcome[] = [];
  for (const stack of stacks) {
    const own = guests.filter((guest) => guest.stack === stack.name);
    if (own.length > 0) outcomes.push(...(await takeOut(stack, own, options)));
  }
  return report(outcomes);
}

async function overdueIn(
  stacks: readonly Stack[],
  env: NodeJS.ProcessEnv,
  now: Date,
): Promise<Overdue[]> {
  const over = stacks.flatMap((stack) =>
    guestsIn(outputsOf(stack))
      .filter((guest) => isOver(guest, now))
      .map((guest) => ({ ...guest, stack: stack.name, hosts: hostsOf(stack) })),
  );
  if (over.length === 0) return [];
  const account = namedAccount(cloudflareClient(env), loadSettings(env));
  const applications = await account.applications();
  return over.filter(({ email, hosts }) =>
    hosts.some((host) => stillAdmitted(applications, host, [email]).length > 0),
  );
}

function hostsOf(stack: Stack): string[] {
  return ownObjects(stack, []).flatMap(({ type, values }) =>
    type === "tunnel_route" ? String(values.hostname) : [],
  );
}

async function takeOut(
  stack: Stack,
  guests: readonly Overdue[],
  options: GuestsOptions,
): Promise<Outcome[]> {
  const { say, ...rest } = options;
  const emails = guests.map(({ email }) => email);
  const all = (what: string): Outcome[] =>
    guests.map((guest) => ({ guest, what, failed: true }));
  const change = new StackChange(stack, "deploy", {
    ...rest,
    finishApply: true,
    // It takes out guests, and does nothing else.
    takeIn: false,
  });
  try {
    const plan = await change.plan();
    if (plan === undefined)
      return all(
        "admitted still: a deploy takes nobody out, as another policy names them, or their time was not over yet when the code was synthesized",
      );
    let besides: string[] = [];
    const outcome = await change.apply(async ({ json }) => {
      besides = besidesTakingOut(json, emails);
      return besides.length === 0;
    });
    if (outcome === "declined")
      return all(
        `admitted still: the plan would also ${besides.join("; ")}. Deploy it yourself, then end their sessions`,
      );
    say(`${stack.name}: ${emails.length} guests are out`);
  } catch (error) {
    if (!(error instanceof TerraformError)) throw error;
    return all(failureOf(error));
  } finally {
    change.discard();
  }
  const outcomes: Outcome[] = [];
  for (const guest of guests)
    outcomes.push(await endSessionsOf(guest, options));
  return outcomes;
}

async function endSessionsOf(
  guest: Overdue,
  { env, say, signal }: GuestsOptions,
): Promise<Outcome> {
  const client = cloudflareClient(env).withOptions({ maxRetries: 0 });
  const { accountId } = loadSettings(env);
  const progress: Progress = {
    signal: signal ?? new AbortController().signal,
    say,
    tick: () => {},
  };
  const { email: person } = guest;
  try {
    const sessions = await activeSessions(client, accountId, person, progress);
    if (sessions === undefined)
      return { guest, what: "out; never logged in", failed: false };
    await revoke(client, accountId, { person }, progress);
    return { guest, what: "out, and their sessions are ended", failed: false };
  } catch (error) {
    signal?.throwIfAborted();
    const { message } = error as Error;
    return {
      guest,
      what: `out, but a session may go on: ${message}`,
      failed: true,
    };
  }
}

function remedyFor({ email, stack }: Overdue): string {
  return `npm run deploy -- ${stack}, then npm run revoke -- ${stack} --person ${email}`;
}

function report(outcomes: readonly Outcome[]): StepReport {
  const failures = outcomes.filter(({ failed }) => failed);
  const rows = outcomes.map(({ guest, what }) => [
    code(guest.stack),
    code(guest.email),
    guest.said,
    code(what),
  ]);
  return {
    markdown: [
      "## Guests",
      outcomes.length === 0
        ? "No guest is overdue."
        : table(["Stack", "Guest", "Until", "Now"], rows),
      ...(failures.length > 0
        ? [codeBlock(failures.map(({ guest }) => remedyFor(guest)).join("\n"))]
        : []),
    ].join("\n\n"),
    failed: failures.length > 0,
    amiss: failures.map(
      ({ guest: { email, stack } }) => `guest ${email} of ${stack} is overdue`,
    ),
  };
}
