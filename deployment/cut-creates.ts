import { CUT_CREATE, NOTHING_LEFT } from "../base/cut-create";
import { MANAGED_TUNNEL } from "../base/managed-tunnel";
import { EXISTING_APPLICATION } from "../base/existing-application";
import type { Own } from "./adoptable";
import { TUNNEL_RECORD } from "../base/tunnel-record";
import { journalEntries, type JournalEntry } from "./journal-entries";
import { ownObjects } from "./own";
import type { Stack } from "./stacks";
import { readResources } from "./state";
import { Terraform, TerraformError, type TerraformOptions } from "./terraform";

/**
 * Imports what our own resources have written in a run that was killed before
 * its state knew of it: the journal does. A destroy then gives back what was
 * there before; a deploy needs none of this, as its creates go on by themselves.
 * Of an application that it took over, its policies tell where the note is lost.
 */
export async function takeInCutCreates(
  stack: Stack,
  options: TerraformOptions,
): Promise<void> {
  for (const { address, id } of await cutCreates(stack, options)) {
    try {
      const terraform = new Terraform(stack.dir, options);
      await terraform.import(address, CUT_CREATE + id);
    } catch (error) {
      const isGone =
        error instanceof TerraformError && error.output.includes(NOTHING_LEFT);
      if (!isGone) throw error;
    }
  }
}

/** What it imports, where anything is left of it. */
export async function cutCreates(
  stack: Stack,
  options: TerraformOptions,
): Promise<{ readonly address: string; readonly id: string }[]> {
  const noted = journalEntries(options.env);
  const takesOver = ownObjects(stack, []).some(
    ({ type }) => type === EXISTING_APPLICATION,
  );
  if (noted.length === 0 && !takesOver) return [];
  const state = await readResources(stack, options);
  const policies = state
    .filter(({ type }) => type === "cloudflare_zero_trust_access_policy")
    .map(({ values }) => String(values.id));
  return ownObjects(stack, state).flatMap((own) => {
    if (own.id !== undefined) return [];
    const id = importIdOf(own, noted, policies);
    // Renamed in the code, the state has it by its old name.
    const isKnown = state.some((one) => isForSame(one, own));
    return id === undefined || isKnown ? [] : [{ address: own.address, id }];
  });
}

/** Whether two objects are for the same application, host and path, or name. */
function isForSame(
  one: Pick<Own, "type" | "values">,
  { type, values }: Own,
): boolean {
  const place =
    type === TUNNEL_RECORD
      ? ["name"]
      : // For another host in the code, it is the same application still.
        type === EXISTING_APPLICATION
        ? ["app_id"]
        : ["hostname", "path"];
  return (
    one.type === type &&
    place.every((name) => (one.values[name] ?? null) === (values[name] ?? null))
  );
}

/**
 * What the journal's note of an object is imported as. Without one it is
 * undefined, but for an application: that it lists the stack's policies tells.
 */
function importIdOf(
  { type, values }: Own,
  notes: readonly JournalEntry[],
  policies: readonly string[],
): string | undefined {
  const { account_id: account, app_id: app, hostname, name, path } = values;
  const noted = notes.map(({ id }) => id);
  const is = (id: string) => noted.includes(id);
  switch (type) {
    case "tunnel_route": {
      const place = [hostname, ...(path ? [path] : [])].join("/");
      return noted.find((id) => {
        const [of, tunnel = ""] = id.split("/");
        return of === account && id === `${of}/${tunnel}/${place}`;
      });
    }
    case EXISTING_APPLICATION:
      if (is(`${account} application ${app}`)) return `${account}/${app}`;
      return policies.length > 0
        ? `${account}/${app}/${policies.join("+")}`
        : undefined;
    case "tunnel_one_time_pin":
      return is(`${account} one-time PIN`) ? `${account}/${name}` : undefined;
    case MANAGED_TUNNEL:
      return is(`${account} tunnel ${name}`) ? `${account}/${name}` : undefined;
    case TUNNEL_RECORD: {
      // One that replaced none is known by the note of the run.
      const note = notes.find(
        ({ id, records }) => records && id.endsWith(` DNS record ${name}`),
      );
      return note && `${note.id.split(" ")[0]}/${name}`;
    }
    default:
      return undefined;
  }
}
