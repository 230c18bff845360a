import type { Group } from "../access/model";
import type { NamedAccount } from "../account/named-account";
import type { Own } from "../deployment/adoptable";
import type { JournalEntry } from "../deployment/journal-entries";
import type { StateResource } from "../deployment/terraform";
import type { PlannedService, Plans } from "../doctor/planned";

/** What a stack makes of an object that is there. */
export type Becomes =
  /** The stack changes it as stated, and a destroy gives it back. */
  | "taken over"
  /** The stack names it, and never owns, changes or deletes it. */
  | "used"
  /** The stack neither changes nor needs it. */
  | "left alone"
  /** It has to be put right first. */
  | "in the way"
  /** It is not there: the stack makes it. */
  | "made"
  /** A stack made it, and a destroy deletes it. */
  | "the stack's own"
  /** Who does not get in today, and then does. */
  | "gets in"
  /** Who gets in today, and then does not. */
  | "loses access"
  /** Who gets in today and then, in another way. */
  | "changes";

/** One attribute that is other than before. */
export interface Change {
  readonly attribute: string;
  readonly before: string;
  readonly after: string;
  /** Why no line keeps it. @default - a line does, or the code asks for it */
  readonly unkept?: string;
}

/** One object that is about a service's host. */
export interface Row {
  /** What people call its kind: `application`. */
  readonly kind: string;
  /** Its name, or what else tells it apart. */
  readonly name: string;
  readonly id?: string;
  readonly becomes: Becomes;
  /** Whether the next deploy is what takes it over. @default false */
  readonly isNew?: boolean;
  /** What it is, or why it becomes that. */
  readonly why?: string;
  readonly changes?: readonly Change[];
  /** Domain of the application that the stack can't make while this one is there. */
  readonly instead?: string;
  /** What to do where it is in the way. */
  readonly todo?: string;
  /** What a destroy leaves of it. */
  readonly afterDestroy: string;
}

/** Something to write into main.ts, or to take out of `.env`. */
export interface Line {
  readonly file: "main.ts" | ".env";
  readonly text: string;
  /**
   * `needed`: without it a deploy is refused, breaks a promise, or what works today stops. `keeps`: a change that the
   * table announces does not happen. `protects`: what stays past the connector's
   * check does not. `states`: it is kept anyway, and the code then says so.
   */
  readonly does: "needed" | "keeps" | "protects" | "states";
}

export interface Part {
  readonly rows: readonly Row[];
  readonly lines: readonly Line[];
  /** The applications that the next deploy takes over, and the groups that their policies name. */
  readonly taken?: {
    readonly applications: readonly Readonly<Record<string, unknown>>[];
    readonly groups: readonly Group[];
  };
}

/** What the parts of a survey look at. */
export interface Scene {
  readonly service: PlannedService;
  readonly plans: Plans;
  /** The objects of the service's stack. */
  readonly own: readonly Own[];
  /** Those of the stacks that it depends on. */
  readonly others: readonly Own[];
  /** Names that the stack has given to its parts: no token can have one. */
  readonly parts: ReadonlySet<string>;
  /** Whether the code has tokens made, and not only the one that a stack makes by default. */
  readonly makesTokens: boolean;
  /** What the state knows of the applications that the stack has taken over. */
  readonly deployed: readonly Readonly<Record<string, unknown>>[];
  /** What the state has and the code no more: the next deploy deletes it, or gives it back. */
  readonly leaving: readonly StateResource[];
  /** Paths that are open to everyone once the lines are written. @default - those of the code */
  readonly opens?: readonly string[];
  /** What our own provider has noted of objects, be the state lost. */
  readonly noted: readonly JournalEntry[];
  /** What a destroy leaves of the application and rule that a deploy takes over. */
  readonly givenBack: string;
  /** Ids of what a run left behind, and the stacks take in. */
  readonly taken: ReadonlySet<string>;
  /** With the tunnel and zone that the service names. */
  readonly account: NamedAccount;
}

export const UNTOUCHED = "untouched";
