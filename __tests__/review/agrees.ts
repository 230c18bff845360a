import { reaches } from "../../review/verdict";
import { matrixOf, type Cell } from "../../review/matrix";
import { readPlan } from "../../review/plan";
import { readChange } from "../../review/read-change";
import type { World } from "./cloudflare";
import type { Truth } from "./visitors";

/** What an outcome of the review looks like to a visitor and the service. */
const TRUTH: Readonly<Record<string, Truth["outcome"]>> = {
  public: "anonymous",
  open: "anonymous",
  login: "login",
  token: "token",
  refused: "refused",
  nowhere: "nowhere",
};

/** How much was looked at. */
export interface Looked {
  /** Requests that were decided and made. */
  asked: number;
  /** Cells that the review leaves open. */
  depends: number;
  /** Cells that a change changes. */
  changed: number;
}

/**
 * Reviews a plan, asks the edge for each cell, applies the plan, and asks
 * again. Returns each cell of which the edge says something else.
 */
export async function mismatches(
  world: World,
  planJson: string,
  apply: () => Promise<void>,
  looked: Looked,
): Promise<string[]> {
  const plan = readPlan("stack", planJson);
  const { accountId } = world.setting;
  const change = await readChange([plan], world.client, accountId);
  const matrix = matrixOf(change, new Date());
  // The edge has certificates for one label below a zone, as Cloudflare's
  // universal ones are: deeper names are reached without TLS only.
  const cells = matrix.cells.filter(
    ({ place: { request }, subject }) =>
      !isDeep(request.host, world) &&
      request.assumed === undefined &&
      // Nobody here comes from elsewhere or is in a group.
      subject.from === undefined &&
      subject.kind !== "member",
  );
  looked.changed += cells.filter(({ turn }) => turn !== "same").length;
  const before = await compare(world, cells, "before", looked);
  await apply();
  // What a deploy makes has its id only now.
  const made = cells.map((cell) =>
    withMethodMade(withTokenMade(cell, world), world),
  );
  return [...before, ...(await compare(world, made, "after", looked))];
}

function isDeep(host: string, { account }: World): boolean {
  return ![...account.zones.values()].some(
    ({ name }) => host === name || host.slice(host.indexOf(".") + 1) === name,
  );
}

async function compare(
  world: World,
  cells: readonly Cell[],
  when: "before" | "after",
  looked: Looked,
): Promise<string[]> {
  const visitors = await world.visitors();
  const found: string[] = [];
  for (const { place, subject, ...verdicts } of cells) {
    const verdict = verdicts[when];
    const { outcome, reason } = verdict;
    if (outcome === "depends") {
      looked.depends += 1;
      continue;
    }
    looked.asked += 1;
    world.account.switches.urlNormalization =
      place.request.normalization ?? "rfc3986";
    const truth = await visitors.ask(subject, place);
    const service = reaches(verdict) ? verdict.rule?.service : undefined;
    // Facts that only tell two refusals apart leave open which of them it is.
    const closed = [TRUTH[outcome], truth.outcome].every(
      (one) => one === "refused" || one === "nowhere",
    );
    if (closed) continue;
    if (truth.outcome !== TRUTH[outcome] || truth.service !== service)
      found.push(
        `${when}: ${subject.label} at ${place.request.host}${place.request.path}: ${outcome} ${service} in the review (${reason}), ${truth.outcome} ${truth.service} at the edge`,
      );
  }
  return found;
}

function withTokenMade(cell: Cell, { account }: World): Cell {
  const { subject } = cell;
  if (subject.kind !== "token" || !subject.tokenId.startsWith("planned:"))
    return cell;
  const name = /^token (\S+)/.exec(subject.label)?.[1];
  const made = [...account.serviceTokens.values()].find(
    (token) => token.name === name,
  );
  if (made === undefined) throw new Error(`no token ${name} was made`);
  return { ...cell, subject: { ...subject, tokenId: made.id } };
}

/** Terraform's address has the name that the code gives a login method. */
function withMethodMade(cell: Cell, { account }: World): Cell {
  const { subject } = cell;
  if (!("email" in subject)) return cell;
  const name = /^planned:.*\.(\w+)\.id$/.exec(subject.method ?? "")?.[1];
  if (name === undefined) return cell;
  const made = [...account.identityProviders.values()].filter(
    (method) => method.name === name,
  );
  return { ...cell, subject: { ...subject, method: made.at(-1)?.id ?? "" } };
}
