import type { Observation, Proof } from "./proof";
import type { Target } from "./revoke";

/** A revocation that has not been made yet, with all that shows its effect. */
export interface Prepared {
  readonly target: Target;
  /** What will end, for people. */
  readonly plan: string;
  /** Ways to see the end. */
  readonly observations: readonly Observation[];
  /** Ways that are not open here, with the reasons. */
  readonly notChecked: readonly Proof[];
  /** What to know afterwards. */
  readonly notes: readonly string[];
}

/** Something whose end can't be seen. */
export function notChecked(of: string, why: string): Proof {
  return { of, status: "not checked", seen: why };
}
