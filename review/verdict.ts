import type { Application } from "../access/model";
import type { IngressRule } from "../ingress/rule";

/** What comes of a request. */
export type Outcome =
  /** Reaches the service, and Access is not in front at all. */
  | "public"
  /** Reaches the service past a login: a bypass, or a Service Auth policy that asks for no token. */
  | "open"
  /** Reaches the service by a login. */
  | "login"
  /** Reaches the service by a service token. */
  | "token"
  /** Access or the connector refuses it, or asks for a login that is not there. */
  | "refused"
  /** The host or the path leads to no service. */
  | "nowhere"
  /** Hangs on what can't be known from here. */
  | "depends";

/** What comes of a request, and why. */
export interface Verdict {
  readonly outcome: Outcome;
  /** One sentence for people. */
  readonly reason: string;
  /** Name of the policy that decided. */
  readonly policy?: string;
  /** The application that covers the request. */
  readonly application?: Application;
  /** The ingress rule that the request comes to, or would come to once it passes. */
  readonly rule?: IngressRule;
  readonly tunnel?: string;
  /** The address or name that the record leads to, where it is no tunnel. */
  readonly server?: string;
  /** Ids of the facts that a `depends` hangs on. @default - it hangs on no fact of the request */
  readonly dependsOn?: readonly string[];
  /** The same facts for people: "the country of the client". */
  readonly hangsOn?: readonly string[];
  /** How a `depends` hangs on them: the same text for the same way. */
  readonly how?: string;
  /** How long a login or a token's cookie lasts. */
  readonly sessionSeconds?: number;
}

/** Whether a request so decided comes to the service. */
export function reaches({ outcome }: Pick<Verdict, "outcome">): boolean {
  return (
    outcome === "public" ||
    outcome === "open" ||
    outcome === "login" ||
    outcome === "token"
  );
}

/** Where a request that reaches a service arrives: on which machine, at which service, and as what it is asked for. */
export function arrivalOf(verdict: Verdict): string | undefined {
  const { rule, server, tunnel } = verdict;
  if (!reaches(verdict)) return undefined;
  if (rule === undefined)
    return server === undefined ? undefined : JSON.stringify([server]);
  return JSON.stringify([rule.service, tunnel, ...directing(rule)]);
}

/** The settings of a rule that direct its requests, by name. */
export function directing({
  hostname,
  originRequest,
}: IngressRule): [string, unknown][] {
  return Object.entries(originRequest ?? {})
    .filter(([, value]) => value !== null && value !== undefined)
    .filter(
      ([name, value]) =>
        DIRECTING.has(name) &&
        // As without it.
        !(name === "httpHostHeader" && value === hostname),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Settings of a rule by which a request ends at another service. */
const DIRECTING: ReadonlySet<string> = new Set([
  "httpHostHeader",
  "originServerName",
  "proxyAddress",
  "proxyPort",
  "proxyType",
  "bastionMode",
  "ipRules",
]);
