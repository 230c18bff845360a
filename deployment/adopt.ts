import { rmSync } from "node:fs";
import { join } from "node:path";
import type Cloudflare from "cloudflare";
import { ADOPTABLE, type AdoptableType } from "./account";
import type { Stack } from "./stacks";
import { Terraform, type TerraformOptions } from "./terraform";

/** An object that is like one of the stack's, and that its state doesn't know. */
export interface Leftover {
  readonly type: AdoptableType;
  readonly kind: string;
  readonly id: string;
  /** Its name and what else tells it apart. */
  readonly description: string;
  readonly createdAt: string;
  /** Import it to this address; absent = delete it. */
  readonly address?: string;
  readonly importId?: string;
  readonly zoneId?: string;
}

/** One object that the stack has or is about to make. */
interface Own {
  readonly address: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Absent while it is only planned. */
  readonly id?: string;
}

/**
 * Looks for what an interrupted deploy, or an answer that got lost, has left in
 * the account: objects with exactly the names of the stack's own.
 */
export async function findLeftovers(
  stack: Stack,
  client: Cloudflare,
  accountId: string,
  options: TerraformOptions,
): Promise<Leftover[]> {
  const terraform = new Terraform(stack.dir, options);
  await terraform.init();
  const planned = await plannedCreates(terraform, stack);
  const existing = await terraform.resources();
  const found: Leftover[] = [];
  for (const type of Object.keys(ADOPTABLE) as AdoptableType[]) {
    const own: Own[] = [
      ...planned.filter((one) => one.type === type),
      ...existing
        .filter((one) => one.type === type)
        .map((one) => ({ ...one, id: String(one.values.id) })),
    ];
    if (own.length > 0)
      found.push(...(await leftoversOf(type, own, client, accountId)));
  }
  return found;
}

async function leftoversOf(
  type: AdoptableType,
  own: readonly Own[],
  client: Cloudflare,
  accountId: string,
): Promise<Leftover[]> {
  const adoptable = ADOPTABLE[type];
  const zoneId = own
    .map(({ values }) => values.zone_id)
    .find((id) => typeof id === "string");
  const scope = { accountId, zoneId };
  const known = new Set(own.map(({ id }) => id));
  const free = new Set(own.filter(({ id }) => id === undefined));
  const leftovers: Leftover[] = [];
  for (const object of await adoptable.list(client, scope)) {
    const id = String(object.id);
    const alike = own.filter(({ values }) =>
      adoptable.identity.every((field) => values[field] === object[field]),
    );
    if (known.has(id) || alike.length === 0) continue;
    // The first takes the place that is planned; a second can only go.
    const place = adoptable.importId && alike.find((one) => free.delete(one));
    leftovers.push({
      type,
      kind: adoptable.kind,
      id,
      description: adoptable.identity
        .map((field) => String(object[field]))
        .join(" "),
      createdAt: String(object.created_at ?? object.created_on ?? "unknown"),
      ...(place && {
        address: place.address,
        importId: adoptable.importId?.(scope, id),
      }),
      zoneId,
    });
  }
  return leftovers;
}

/** Imports or deletes what was found. */
export async function settle(
  stack: Stack,
  leftover: Leftover,
  client: Cloudflare,
  accountId: string,
  options: TerraformOptions,
): Promise<void> {
  const { address, id, importId, type, zoneId } = leftover;
  if (address !== undefined && importId !== undefined)
    await new Terraform(stack.dir, options).import(address, importId);
  else await ADOPTABLE[type].remove(client, { accountId, zoneId }, id);
}

async function plannedCreates(
  terraform: Terraform,
  stack: Stack,
): Promise<(Own & { type: string })[]> {
  const planFile = join(stack.dir, "adopt.plan");
  try {
    await terraform.plan(planFile);
    return (await terraform.changes(planFile))
      .filter(({ actions }) => actions.includes("create"))
      .map(({ address, after, type }) => ({
        address,
        type,
        values: after ?? {},
      }));
  } finally {
    rmSync(planFile, { force: true });
  }
}
