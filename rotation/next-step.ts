import type { Rotation } from "../contract/rotations";

/** What is known when a rotation starts, or starts again. */
export interface Situation {
  /** What the committed file says of the token. */
  readonly committed: Rotation | undefined;
  /** What was deployed last. */
  readonly deployed: {
    readonly version: number;
    readonly previousExpiresAt: string | undefined;
    /** Start of the SHA-256 of the token's client id. */
    readonly token: string;
    /** Start of the SHA-256 of the secret that the state holds. */
    readonly secret: string;
  };
  readonly now: Date;
  /** How long the secret before goes on working, in milliseconds. */
  readonly overlap: number;
  /** Rotate although a secret that may be in use then ends at once. */
  readonly force: boolean;
}

/** What to do: deploy a version, go on with one that is deployed, or neither. */
export type NextStep =
  | { readonly step: "deploy" | "store"; readonly rotation: Rotation }
  | { readonly step: "refuse"; readonly why: string };

/**
 * Finds where a rotation stands. Cloudflare keeps one secret before the present
 * one, so a second rotation within the overlap of the first would end the
 * secret that machines still use: that is done only when it is asked for.
 */
export function nextStep(situation: Situation): NextStep {
  const { deployed, force, now, overlap } = situation;
  const { of = deployed.token } = situation.committed ?? {};
  const isOther = of !== deployed.token;
  const committed =
    situation.committed && isOther
      ? { ...situation.committed, unfinished: undefined }
      : situation.committed;
  const previousExpiresAt = new Date(now.getTime() + overlap)
    .toISOString()
    .replace(/\.\d+Z$/, "Z");
  const unfinished = { replaces: deployed.secret };
  const version = committed?.version ?? 1;

  if (version > deployed.version)
    return {
      step: "deploy",
      rotation: {
        version,
        previousExpiresAt,
        unfinished: committed?.unfinished ?? unfinished,
      },
    };

  const isUnfinished = committed?.unfinished !== undefined;
  const isForgotten = deployed.version > version;
  if (!force && (isUnfinished || isForgotten)) {
    if (committed?.unfinished?.replaces === deployed.secret)
      return { step: "refuse", why: LOST };
    const { previousExpiresAt: until = previousExpiresAt } = deployed;
    return {
      step: "store",
      rotation: {
        version: deployed.version,
        previousExpiresAt: until,
        // Without the entry nobody knows any more what it replaced.
        unfinished: committed?.unfinished ?? { replaces: "unknown" },
      },
    };
  }

  const until = Date.parse(deployed.previousExpiresAt ?? "");
  if (!force && !isOther && until > now.getTime())
    return {
      step: "refuse",
      why: `until ${deployed.previousExpiresAt} the previous secret still works and would stop working immediately: rotate after that, or pass --force`,
    };
  return {
    step: "deploy",
    rotation: { version: deployed.version + 1, previousExpiresAt, unfinished },
  };
}

/** A new secret is told once; whoever cannot write it down has lost it. */
export const LOST =
  "Cloudflare created a new secret, but its response was lost, so nobody knows it. The secret in use keeps working for the rest of the overlap. Pass --force to create another now: the one in use then stops working immediately, so be ready to restart its machines";
