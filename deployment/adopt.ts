import type Cloudflare from "cloudflare";
import { ADOPTABLE } from "./adoptable";
import { findLeftovers, type Leftover } from "./leftovers";
import { ownObjects } from "./own";
import type { Stack } from "./stacks";
import { Terraform, type TerraformOptions } from "./terraform";

/** What of a stack stands in the account without its state knowing it. */
export async function leftoversOf(
  stack: Stack,
  client: Cloudflare,
  options: TerraformOptions,
): Promise<Leftover[]> {
  const terraform = new Terraform(stack.dir, options);
  await terraform.init();
  const state = await terraform.resources();
  const known = new Set(state.map(({ values }) => String(values.id)));
  return findLeftovers(ownObjects(stack, state), known, client);
}

/** Does with what was found as its fate says. */
export async function settle(
  stack: Stack,
  { accountId, fate, object, type }: Leftover,
  client: Cloudflare,
  options: TerraformOptions,
): Promise<void> {
  const terraform = new Terraform(stack.dir, options);
  const { importId, remove } = ADOPTABLE[type];
  switch (fate.do) {
    case "import":
      await terraform.import(fate.address, importId(accountId, object));
      return;
    case "replace":
      await terraform.import(fate.address, importId(accountId, object));
      await terraform.taint(fate.address);
      return;
    case "delete":
      await remove(client, accountId, object);
      return;
    case "leave":
  }
}
