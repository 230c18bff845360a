import { parseUri } from "../access/path-pattern";
import { EXISTING_APPLICATION } from "../base/existing-application";
import { cloudflareClient } from "../account/client";
import {
  planDestroy,
  type PlannedDestroy,
  type SavedPlan,
} from "../deployment/deploy";
import type { Stack } from "../deployment/stacks";
import type { ResourceChange } from "../deployment/terraform";
import type { Finding } from "../review/findings/finding";
import { isSameReview } from "../review/is-same";
import { readChange } from "../review/read-change";
import { readPlan } from "../review/plan";
import type { Review } from "../review/review";
import { toTable } from "../review/to-table";
import { houseReview } from "../rules/house-review";
import { loadSettings } from "../settings";
import { confirm, confirmByName } from "./prompt";
import { countsBy, NOTHING_FORESEEN, tellObjects } from "./tell-plans";

interface Asking {
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** Whether the answer is the names of the hosts that become public. */
  readonly byName: boolean;
}

/** Saves what each stack would destroy, of those that have something to destroy. */
export async function planDestroys(
  stacks: readonly Stack[],
  saved: Map<Stack, PlannedDestroy>,
  optionsFor: (stack: Stack) => Parameters<typeof planDestroy>[1],
): Promise<SavedPlan[]> {
  for (const stack of stacks) {
    const planned = await planDestroy(stack, optionsFor(stack));
    if (planned) saved.set(stack, planned);
  }
  return [...saved.values()].map(({ plan }) => plan);
}

/**
 * Whether a route of these changes was approved together with what gives back
 * its application, which is no longer to be given back: that has not happened
 * by this destroy, in which the route goes first.
 */
export function lacksGivenBack(
  changes: readonly ResourceChange[],
  approved: readonly ResourceChange[],
): boolean {
  const hosts = changes.flatMap(({ before, type }) =>
    type === "tunnel_route" ? String(before?.["hostname"]) : [],
  );
  return approved.some(
    ({ address, before, type }) =>
      type === EXISTING_APPLICATION &&
      hosts.includes(parseUri(String(before?.["hostname"])).host) &&
      !changes.some((one) => one.address === address),
  );
}

/**
 * Shows what all plans come to, and asks once. It is no yes where who gains and
 * loses access by these plans is not what was shown any more.
 */
export async function approvesDestroy(
  plans: readonly SavedPlan[],
  asking: Asking,
): Promise<boolean> {
  const { say } = asking;
  tellObjects(plans, NOTHING_FORESEEN, say);
  const shown = await tellAccess(plans, asking);
  if (!(await asks(plans, shown, asking))) return false;
  if (shown === undefined) return true;
  if (isSameReview(await review(plans, asking), shown)) return true;
  say("The account has changed since the review. Run the same command again.");
  return false;
}

async function asks(
  plans: readonly SavedPlan[],
  shown: Review | undefined,
  { byName, say, signal }: Asking,
): Promise<boolean> {
  const opened = openedHosts(shown?.findings ?? []);
  const question = `${countsBy(plans)}. Destroy ${plans.length > 1 ? "these stacks" : "this stack"}?`;
  if (!byName || opened.length === 0) return confirm(question, signal);
  say(`These become public: ${opened.join(", ")}`);
  return confirmByName(question, opened, signal);
}

async function review(
  plans: readonly SavedPlan[],
  { env }: Asking,
): Promise<Review> {
  const change = await readChange(
    plans.map(({ json, stack }) => readPlan(stack.name, json)),
    cloudflareClient(env),
    loadSettings(env).accountId,
  );
  return houseReview(change, env);
}

/** Prints who gains and loses access. */
async function tellAccess(
  plans: readonly SavedPlan[],
  asking: Asking,
): Promise<Review | undefined> {
  const { say } = asking;
  try {
    const shown = await review(plans, asking);
    say(toTable(shown, { fold: true, width: process.stdout.columns }));
    return shown;
  } catch (error) {
    // A destroy has to be possible where the account can't be read.
    const why = error instanceof Error ? error.message : String(error);
    say(`Not checked who gains and loses access: ${why}`);
    return undefined;
  }
}

/** Hosts of which anything becomes public: places on them are no names that one types. */
export function openedHosts(findings: readonly Finding[]): string[] {
  const hosts = findings
    .filter(({ id }) => id === "becomes-public")
    .map(({ subject }) => subject.replace(/[ /].*/s, ""));
  return [...new Set(hosts)];
}
