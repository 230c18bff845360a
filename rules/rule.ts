import type { RuleId } from "../contract/rule-ids";
import type { Managed } from "./managed";

/** One thing that the house does not want, and how to find it in a change. */
export interface Rule {
  /** Stable: waivers name it. */
  readonly id: RuleId;
  /** What is not wanted, in a few words. */
  readonly title: string;
  /** Why it is not wanted. */
  readonly why: string;
  /** What to do instead. */
  readonly remedy: string;
  /** Looks at what the stacks of a change will have once it is deployed. */
  check(managed: Managed): readonly Breach[];
}

/** One place where a rule is broken. */
export interface Breach {
  /** Name of the stack. */
  readonly stack: string;
  /** The host, with a path where it has one; else the name of a token or resource. */
  readonly about: string;
  /** What was found there. */
  readonly what: string;
  /**
   * What else the breach consists of, as one text: with another it is another
   * breach.
   *
   * @default - `what` says it all
   */
  readonly details?: string;
  /** Whether it was so before the change, where only the rule can tell. */
  readonly stood?: boolean;
}
