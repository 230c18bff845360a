import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod/mini";
import { writeWhole } from "../base/write-whole";

const ROTATION = z.strictObject({
  version: z
    .int({ error: "must be a whole number" })
    .check(z.gte(2, { error: "must be 2 or more: a token starts with 1" })),
  previousExpiresAt: z.iso.datetime({
    error: 'must be a time such as "2027-01-31T12:00:00Z"',
  }),
  of: z.optional(z.string()),
  unfinished: z.optional(
    z.strictObject({ replaces: z.string().check(z.minLength(1)) }),
  ),
});

/** The last rotation of one service token. */
export interface Rotation {
  /** Cloudflare's `client_secret_version`; it never falls back. */
  readonly version: number;
  /** Until then the secret before works too. RFC 3339, in UTC. */
  readonly previousExpiresAt: string;
  /**
   * Start of the SHA-256 of the token's client id: of another token of that
   * name, made after a destroy, no secret was before.
   */
  readonly of?: string;
  /**
   * There until the new secret is stored and has let someone in. `replaces` is
   * the start of the SHA-256 of the secret before: it tells whether the new one
   * has arrived.
   */
  readonly unfinished?: { readonly replaces: string };
}

/** Rotations by service, then by token. A token that was never rotated has none. */
export type Rotations = Readonly<
  Record<string, Readonly<Record<string, Rotation>>>
>;

const ROTATIONS = z.record(z.string(), z.record(z.string(), ROTATION));

/** The committed file: `ACCESS_ROTATIONS_FILE`, or `rotations.json`. */
export function rotationsFile(env: NodeJS.ProcessEnv): string {
  return resolve(env.ACCESS_ROTATIONS_FILE || "rotations.json");
}

/**
 * Reads the file; undefined where there is none.
 *
 * @throws Error naming all that is wrong in it
 */
export function readRotations(file: string): Rotations | undefined {
  if (!existsSync(file)) return undefined;
  const parsed = ROTATIONS.safeParse(parse(file));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ message, path }) => `${path.join(".") || "the whole"} ${message}`,
  );
  throw new Error(
    `${file}: ${faults.join("; ")}. Restore the file from version control: a lower version would be sent to Cloudflare`,
  );
}

/** Sets or removes one token's entry, and leaves all others as they are. */
export function writeRotation(
  file: string,
  service: string,
  token: string,
  rotation: Rotation | undefined,
): void {
  const all: Record<string, Record<string, Rotation>> = structuredClone({
    ...readRotations(file),
  });
  const tokens = (all[service] ??= {});
  if (rotation) tokens[token] = rotation;
  else delete tokens[token];
  if (Object.keys(tokens).length === 0) delete all[service];
  writeWhole(file, `${JSON.stringify(all, null, 2)}\n`);
}

function parse(file: string): unknown {
  const text = readFileSync(file, "utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not valid JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
