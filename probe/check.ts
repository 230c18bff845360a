import type { Told } from "./who-answered";
import type { Deployed, World } from "./world";

/** Whether a promise holds, and what was seen of it. */
export type ProbeOutcome =
  | { readonly status: "kept"; readonly seen: string }
  | {
      readonly status: "broken";
      readonly seen: string;
      readonly cause: string;
      readonly remedy: string;
      /** Time alone does not change it: not worth another look. */
      readonly lasting?: boolean;
    }
  | {
      readonly status: "not checked";
      readonly why: string;
      /** It may be told in a moment: worth another look. */
      readonly passing?: boolean;
      /** Whoever runs this could have given what is missing. */
      readonly missing?: boolean;
    };

/** One promise about a deployed service, and how to find out whether it holds. */
export interface ProbeCheck {
  /** Stable name, for reports and scripts. */
  readonly id: string;
  /** The promise, in the words of those it is made to. */
  readonly promise: string;
  /**
   * Ids of promises without which this one can't be told: while one of them is
   * broken, this one counts as not checked instead of broken.
   */
  readonly restsOn?: readonly string[];
  /** Time alone does not change what it finds, so that it is not tried again. */
  readonly lasting?: boolean;
  run(deployed: Deployed, world: World): Promise<ProbeOutcome>;
}

export const kept = (seen: string): ProbeOutcome => ({ status: "kept", seen });

export const broken = (
  seen: string,
  cause: string,
  remedy: string,
): ProbeOutcome => ({ status: "broken", seen, cause, remedy });

export const notChecked = (why: string): ProbeOutcome => ({
  status: "not checked",
  why,
});

/** Broken, as an answer tells by whom. */
export const brokenBy = (
  seen: string,
  { cause, lasting, remedy }: Pick<Told, "cause" | "lasting" | "remedy">,
): ProbeOutcome => ({ status: "broken", seen, cause, remedy, lasting });

/** Not checked for want of something that its user has, such as a secret. */
export const missing = (why: string): ProbeOutcome => ({
  status: "not checked",
  why,
  missing: true,
});

/** Neither kept nor broken: the answer, an error as a rule, shows neither. */
export const unanswered = (why: string): ProbeOutcome => ({
  status: "not checked",
  why: `${why}, which proves nothing either way`,
  passing: true,
});

/** Why nothing of the account was looked at. */
export const NO_ACCOUNT =
  "needs CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN to ask the account";
