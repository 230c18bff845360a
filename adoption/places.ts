import {
  ApplicationIndex,
  hasTraffic,
  publicDestinations,
} from "../access/match-application";
import type { Application, Policy } from "../access/model";
import { hostMatcher, parseUri } from "../access/path-pattern";
import { isOfHost, isWholeHost, keyOf } from "../access/whole-host";
import { NotKnown } from "../account/not-known";
import { findMatchingRule, matchesPath } from "../ingress/match";
import type { IngressRule } from "../ingress/rule";
import { sameTarget } from "../ingress/shadow";
import { tokenDemand } from "../ingress/token-demand";
import { withRule } from "../providers/tunnel-route/document";
import type { Scene } from "./survey";

/** Hosts and paths of an application. */
export function placesOf(application: Application): string[] {
  return publicDestinations(application).map(({ uri }) => uri ?? "");
}

/** What applications are to a host, as Access takes the most specific one. */
export class HostApplications {
  readonly #index: ApplicationIndex<Application>;

  constructor(
    all: readonly Application[],
    readonly hostname: string,
  ) {
    this.#index = new ApplicationIndex(all.map((one) => [one, one] as const));
  }

  /** The one that decides where no other names a path. */
  get deciding(): Application | undefined {
    return this.#index.find(this.hostname, "/")?.owner;
  }

  /** Whether one is for all of the host by name. */
  isOfWholeHost(application: Application): boolean {
    return (
      hasTraffic(application) &&
      placesOf(application).some((uri) => isWholeHost(uri, this.hostname))
    );
  }

  /** Its places of the host, all of it and paths. */
  placesHere(application: Application): string[] {
    return hasTraffic(application)
      ? placesOf(application).filter((uri) => isOfHost(uri, this.hostname))
      : [];
  }

  /** Its wildcards that the host is one of. */
  wildcardsHere(application: Application): string[] {
    return hasTraffic(application)
      ? placesOf(application).filter((uri) => {
          const { host } = parseUri(uri);
          return host.includes("*") && hostMatcher(host)(this.hostname);
        })
      : [];
  }

  /** Whether it decides about requests to one of its places here. */
  decidesAt(application: Application, uri: string): boolean {
    const { path } = parseUri(uri);
    return (
      this.#index.find(this.hostname, sampleOf(path))?.owner === application
    );
  }
}

/** A path that a pattern covers. */
function sampleOf(path: string): string {
  return path.replaceAll("*", "x") || "/";
}

/** Whether an application beside the stack's decides for what a rule of a path takes. */
export function isOfAnother(
  rule: IngressRule,
  { applications, hostname }: Scene["service"],
  all: readonly Application[],
): boolean {
  const planned = new Set(applications.map(({ domain }) => keyOf(domain)));
  const here = new HostApplications(all, hostname);
  return all.some((application) =>
    here
      .placesHere(application)
      .some(
        (uri) =>
          !isWholeHost(uri, hostname) &&
          !planned.has(keyOf(uri)) &&
          matchesPath(rule, sampleOf(parseUri(uri).path)),
      ),
  );
}

/** The tunnel's rules that a request comes to. */
export interface RulesAt {
  /** Undefined where there is none. */
  readonly now: IngressRule | undefined;
  /** Whether the stack's rule takes it once it is there. */
  readonly isTakenOver: boolean;
}

/** Undefined where the tunnel's rules can't be read. */
export async function rulesAt(
  { account, service }: Scene,
  path: string,
): Promise<RulesAt | undefined> {
  try {
    const { rules = [], source } = await account.configuration();
    if (source === "local") return undefined;
    const sample = sampleOf(path);
    const taking = (among: readonly IngressRule[]) =>
      among[findMatchingRule(among, service.hostname, sample)];
    const whole = service.routes.find(({ rule }) => !rule.path)?.rule;
    const later = whole && taking(withRule(rules, whole));
    return {
      now: taking(rules),
      isTakenOver:
        whole !== undefined && later !== undefined && sameTarget(later, whole),
    };
  } catch (error) {
    if (error instanceof NotKnown) return undefined;
    throw error;
  }
}

/** Whether whoever an application admits comes through a rule: with its JWT, or with none by a bypass. */
export function comesThrough(
  application: Application,
  rule: IngressRule | undefined,
): boolean {
  if (rule === undefined || /^http_status:/.test(String(rule.service)))
    return false;
  const demand = tokenDemand(rule);
  const decisions = decisionsOf(application);
  return demand === undefined
    ? decisions.some((decision) => decision !== "deny")
    : decisions.some((one) => one === "allow" || one === "non_identity") &&
        demand.auds.includes(application.aud ?? "");
}

export function decisionsOf({ policies }: Application): string[] {
  return (policies ?? [])
    .filter((policy): policy is Policy => typeof policy !== "string")
    .flatMap(({ decision }) => decision ?? []);
}
