import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod/mini";

const DOINGS = z.object({
  rays: z.array(z.object({ ray: z.string(), at: z.string() })),
  ended: z.array(
    z.object({
      person: z.optional(z.string()),
      hostname: z.optional(z.string()),
      at: z.string(),
    }),
  ),
});

/**
 * What commands of this machine have done that Cloudflare's log shows without
 * saying whose it was, for the log not to be read as others' doing.
 */
export type OwnDoings = z.infer<typeof DOINGS>;

const NOTHING: OwnDoings = { rays: [], ended: [] };

/** Longer than Cloudflare keeps the log on any plan that says so. */
const KEPT = 180 * 86_400_000;
const MOST_RAYS = 20_000;

const fileIn = (stateDir: string) => join(stateDir, "own-doings.json");

/** Nothing where there is no file that can be read. */
export function readOwnDoings(stateDir: string): OwnDoings {
  try {
    const text = readFileSync(fileIn(stateDir), "utf8");
    return DOINGS.safeParse(JSON.parse(text)).data ?? NOTHING;
  } catch {
    return NOTHING;
  }
}

/** Adds to what is noted, and forgets what no log has any more. */
export function noteOwnDoings(
  stateDir: string,
  { ended = [], rays = [] }: Partial<OwnDoings>,
  now: Date,
): void {
  if (ended.length + rays.length === 0) return;
  const before = readOwnDoings(stateDir);
  const since = new Date(now.getTime() - KEPT).toISOString();
  const recent = <T extends { readonly at: string }>(all: readonly T[]) =>
    all.filter(({ at }) => at >= since);
  const doings: OwnDoings = {
    rays: recent([...before.rays, ...rays]).slice(-MOST_RAYS),
    ended: recent([...before.ended, ...ended]),
  };
  if (!existsSync(stateDir))
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const unfinished = `${fileIn(stateDir)}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(doings), { mode: 0o600 });
  renameSync(unfinished, fileIn(stateDir));
}

/** What the log calls a request, from the `CF-Ray` of its answer. */
export function rayOf(headers: Headers): string | undefined {
  return headers.get("cf-ray")?.split("-")[0] || undefined;
}
