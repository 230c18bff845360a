import type { Application, Policy } from "./model";

/** What Access does with a request, and why. */
export type Decision = SettledDecision | DependsDecision;

/** A decision of which the outcome is certain. */
export type SettledDecision =
  | PassDecision
  | PreflightDecision
  | LoginDecision
  | ForbiddenDecision
  | UnauthorizedDecision
  | IdentityDeniedDecision;

/** How a request that passes came through. */
export type Passage =
  /** No application covers the host and path. */
  | "no_application"
  /** A bypass policy: Access does not touch the request and adds no JWT. */
  | "bypass"
  /** The application lets preflights through to the origin. */
  | "preflight"
  /** A Service Auth policy, by a service token or another non-identity selector. */
  | "service_auth"
  /** An allow policy admitted the person who is logged in. */
  | "identity";

/** What all decisions have. */
export interface DecisionBase {
  /** The application that covers the request, as it was handed in. @default - none covers it */
  readonly application?: Application;
  /** The policy that decided, as it was handed in. @default - none did, or several could have */
  readonly policy?: Policy;
  /** One sentence for people. */
  readonly reason: string;
  /**
   * Facts that were not given and on which the result hangs. Empty unless the
   * outcome is "depends", or the outcome is certain and only the policy is not.
   */
  readonly dependsOn: readonly Fact[];
}

/** The request goes to the origin. */
export interface PassDecision extends DecisionBase {
  /** Tells this decision from the others. */
  readonly outcome: "pass";
  /** By what it came through. */
  readonly how: Passage;
  /** Of the service token that was admitted. @default - none was, or another selector admitted it */
  readonly serviceTokenId?: string;
  /** Life of the JWT, for `service_auth` and `identity`. @default - it depends on the policy */
  readonly session?: Session;
}

/** The edge answers the preflight itself from the application's `cors_headers`. */
export interface PreflightDecision extends DecisionBase {
  /** Tells this decision from the others. */
  readonly outcome: "preflight_answer";
  /** What the client sees. */
  readonly status: 200;
}

/** Redirect to the login page on the team domain. */
export interface LoginDecision extends DecisionBase {
  /** Tells this decision from the others. */
  readonly outcome: "login";
  /** What the client sees. */
  readonly status: 302;
  /** Ids of the login methods on offer. */
  readonly identityProviders: readonly string[];
  /** The page with the choice is skipped: there is one login method and the application says so. */
  readonly direct: boolean;
}

/** Refused without a login page. */
export interface ForbiddenDecision extends DecisionBase {
  /** Tells this decision from the others. */
  readonly outcome: "forbidden";
  /** What the client sees. */
  readonly status: 403;
}

/** Refused with 401: an XMLHttpRequest without a session, a bad token in strict mode, `service_auth_401_redirect`. */
export interface UnauthorizedDecision extends DecisionBase {
  /** Tells this decision from the others. */
  readonly outcome: "unauthorized";
  /** What the client sees. */
  readonly status: 401;
}

/** Logged in, but "That account does not have access". Cloudflare does not document the status. */
export interface IdentityDeniedDecision extends DecisionBase {
  /** Tells this decision from the others. */
  readonly outcome: "identity_denied";
  /** What the client sees. */
  readonly status: 403;
}

/** The outcome hangs on facts that were not given. */
export interface DependsDecision extends DecisionBase {
  /** Tells this decision from the others. */
  readonly outcome: "depends";
  /** Every result that some answer to those facts leads to, at least two. */
  readonly possible: readonly SettledDecision[];
  /** Which answers lead to which result. @default - there are too many */
  readonly tree?: DecisionTree;
}

/** A decision, or what each answer to a fact leads to. */
export type DecisionTree =
  | { readonly decision: SettledDecision }
  | {
      /** Id of the fact. */
      readonly fact: string;
      readonly branches: readonly {
        readonly answer: string;
        readonly then: DecisionTree;
      }[];
    };

/** Something Access knows at the moment of the request and the caller did not say. */
export interface Fact {
  /** `country`, `ip`, or a selector and its value: `device_posture:1234`. */
  readonly id: string;
  /** For people: "the country of the client". */
  readonly text: string;
}

/** How long a JWT from this decision is valid. */
export interface Session {
  /** Its length. */
  readonly seconds: number;
  /** Whose setting it is. */
  readonly from: "policy" | "application" | "default";
}

/** Readings of behaviour that Cloudflare does not document. */
export interface AccessOptions {
  /**
   * `service_auth_401_redirect` on an application that also has an allow
   * policy: `"token"` answers 401 to requests that carry a service token and
   * keeps the login page for the rest, `"always"` answers 401 to everyone
   * without a session.
   *
   * @default "token"
   */
  readonly serviceAuth401?: "token" | "always";
}
