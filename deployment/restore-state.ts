import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { isOlder } from "../base/provider-versions";
import { writeWhole } from "../base/write-whole";
import { writtenBy } from "../contract/written-by";
import { UsageError } from "../base/usage-error";
import {
  isWrittenByNewer,
  keptBackend,
  providerVersionOf,
  readKept,
} from "./kept-state";
import { noteFolder } from "./apply-note";
import { movingPrefix } from "./remains";
import type { Stack } from "./stacks";
import { Terraform, type TerraformOptions } from "./terraform";

/** Which versions of Cloudflare's provider a state went between. */
export interface Restored {
  readonly from: string;
  readonly to: string;
}

/** A state, as far as it is compared. */
export interface State {
  readonly serial: number;
  readonly lineage: string;
  readonly outputs?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resources?: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly {
      readonly index_key?: number | string;
      readonly deposed?: string;
      readonly attributes: Readonly<Record<string, unknown>>;
    }[];
  }[];
}

/**
 * Goes back to the copy of a state that was kept before a newer version of
 * Cloudflare's provider wrote it anew, for the older version that the code names
 * again. What was applied since would be lost to the copy: then it refuses.
 *
 * @returns undefined where the state is not of a newer version than the code's
 * @throws UsageError with why it must not be done
 */
export async function restoreState(
  stack: Stack,
  options: TerraformOptions,
): Promise<Restored | undefined> {
  const terraform = new Terraform(stack.dir, options);
  await terraform.init();
  const refuse = (...faults: string[]) =>
    new UsageError(`npm run restore-state: ${stack.name}`, faults);
  const now = await terraform.pullState();
  const current = parse(now);
  if (current === undefined) return undefined;
  const [from, to] = [versionOf(current), providerVersionOf(stack)];
  if (!isOlder(to, from)) {
    if (!isWrittenByNewer(now, to)) return undefined;
    throw refuse(
      `a deploy with a newer version than ${to} was interrupted, and has written a part of the state: set CLOUDFLARE_PROVIDER_VERSION to that version, and deploy again`,
    );
  }
  const text = await readKept(stack, from, options);
  const kept = parse(text ?? "");
  if (text === undefined || kept === undefined)
    throw refuse(
      `there is no copy from before ${from} (${keptBackend(stack, from).description}): set CLOUDFLARE_PROVIDER_VERSION=${from}, and go on with it`,
    );
  const before = versionOf(kept);
  if (isOlder(to, before))
    throw refuse(
      `the copy was written by ${before}, and the code names ${to}: set CLOUDFLARE_PROVIDER_VERSION=${before}`,
    );
  const since = changesSince(kept, current);
  if (since.length > 0)
    throw refuse(
      ...since.map(
        (one) =>
          `${one} since ${from} wrote the state, and the copy does not know it: set CLOUDFLARE_PROVIDER_VERSION=${from}, and go on with it`,
      ),
    );
  await terraform.init(); // a bucket's copy was read with another backend
  const folder = noteFolder(options.env);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // It holds secrets: whatever is killed here, the next run removes it.
  const own = mkdtempSync(join(folder, movingPrefix(process.pid)));
  const file = join(own, "state.json");
  try {
    // Terraform takes it for the next state, if nobody has written one since.
    const serial = `"serial": ${current.serial + 1}`;
    writeWhole(file, text.replace(/"serial":\s*\d+/, serial), { mode: 0o600 });
    await terraform.pushState(file);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  return { from, to };
}

/** Undefined for none, or one that holds nothing. */
function parse(text: string): State | undefined {
  if (text.trim() === "") return undefined;
  const state = JSON.parse(text) as State;
  return state.resources?.length ? state : undefined;
}

function versionOf({ outputs = {} }: State): string {
  return writtenBy(
    Object.fromEntries(
      Object.entries(outputs).map(([name, { value }]) => [name, value]),
    ),
  );
}

/** What was applied after a copy was taken, but for the provider's version. */
export function changesSince(kept: State, current: State): string[] {
  if (kept.lineage !== current.lineage)
    return ["the stack was destroyed and deployed again"];
  const [before, after] = [objectsOf(kept), objectsOf(current)];
  const found = [
    ...[...after.keys()]
      .filter((address) => !before.has(address))
      .map((address) => `${address} was made`),
    ...[...before].flatMap(([address, values]) => {
      const now = after.get(address);
      if (now === undefined) return [`${address} was deleted`];
      return agrees(values, now) ? [] : [`${address} was changed`];
    }),
  ];
  // One write is the newer version's own, and one that of a copy that was put
  // back in its place. What others were for can be seen where they left more
  // than a newer provider adds.
  return found.length === 0 &&
    current.serial > kept.serial + 1 &&
    [...before].some(([address, values]) => !isBare(values, after.get(address)))
    ? ["something was applied"]
    : found;
}

/** Whether what is there besides says no more than what a provider fills in. */
function isBare(before: unknown, after: unknown): boolean {
  if (isObject(after))
    return Object.entries(after).every(([name, value]) =>
      isBare(isObject(before) ? before[name] : undefined, value),
    );
  if (Array.isArray(after))
    return after.every((value, index) =>
      isBare(Array.isArray(before) ? before[index] : undefined, value),
    );
  return (
    (before ?? null) !== null || [null, false, ""].includes(after as never)
  );
}

function objectsOf({ resources = [] }: State): Map<string, unknown> {
  return new Map(
    resources
      .filter(({ mode }) => mode === "managed")
      .flatMap(({ instances, name, type }) =>
        instances.map(({ attributes, deposed, index_key: index }) => [
          [type, name, index, deposed]
            .filter((one) => one !== undefined)
            .join("."),
          attributes,
        ]),
      ),
  );
}

/** Whether nothing that was known is another thing now. A newer provider may know more. */
function agrees(before: unknown, after: unknown): boolean {
  if (before === null || before === undefined) return true;
  if (isObject(before) && isObject(after))
    return Object.entries(before).every(([name, value]) =>
      agrees(value, after[name]),
    );
  if (Array.isArray(before) && Array.isArray(after))
    return (
      before.length === after.length &&
      before.every((value, index) => agrees(value, after[index]))
    );
  return isDeepStrictEqual(before, after);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
