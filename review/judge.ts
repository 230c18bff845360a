import { compile, type CompiledAccount } from "../access/decide";
import type { Decision, SettledDecision } from "../access/decision";
import type { Application } from "../access/model";
import { normalizePath } from "../access/normalize-path";
import type { AccessRequest } from "../access/request";
import { withDefaults } from "../ingress/defaults";
import { decodePath, matchesHostname, matchesPath } from "../ingress/match";
import type { IngressRule } from "../ingress/rule";
import { ingressFaults } from "../ingress/validate";
import type { AccountState, Tunnel } from "./change";
import { connectorOn } from "./connector";
import type { Target } from "./places";
import { outline } from "./outline";
import { arrivalOf, reaches, type Verdict } from "./verdict";
import { NameIndex, type Leads } from "./where-it-leads";

/** Who asks, as Access sees it. */
export type Caller = Pick<
  AccessRequest,
  "identity" | "serviceToken" | "preflight" | "country" | "ip" | "known"
>;

/** Where a host and path lead, before anyone asks. */
export interface Spot {
  readonly request: Target;
  /** The path as Access looks at it. */
  readonly accessPath: string;
  readonly leads: Leads;
  /** The application that covers it. */
  readonly application?: Application;
  /** The ingress rule that takes it, where a tunnel does. */
  readonly rule?: IngressRule;
  /** Its percent-encoding is broken. */
  readonly malformed: boolean;
  /** The same for all paths of a host that are treated alike. */
  readonly key: string;
}

/** An account made ready to be asked what comes of requests. */
export class Judge {
  readonly #access: CompiledAccount;
  readonly #names: NameIndex;
  readonly #team: string | undefined;
  readonly #rulesByHost = new Map<string, readonly IngressRule[]>();
  readonly #numbers = new Map<object, number>();
  readonly #faults = new Map<Tunnel, readonly string[]>();
  #shared: string | undefined;

  constructor(readonly state: AccountState) {
    this.#access = compile(state.access);
    this.#names = new NameIndex(state);
    this.#team = state.access.organization?.auth_domain?.replace(
      /\.cloudflareaccess\.com$/,
      "",
    );
  }

  /** Where the record of a name, a wildcard's too, leads: the same text for the same place. */
  leadsTo(name: string): string {
    const leads = this.#names.leads(name);
    switch (leads.kind) {
      case "nowhere":
        return leads.kind;
      case "tunnel":
        return `tunnel ${leads.tunnel.id}`;
      default:
        return `${leads.kind} ${leads.address}`;
    }
  }

  /** From DNS over Access to the rule of the tunnel. */
  at(request: Target): Spot {
    const { assumed, host, normalization, path } = request;
    const leads = this.#names.leads(host);
    const accessPath = normalizePath(path, normalization ?? "rfc3986");
    const decision = this.#access.decide({
      host,
      path: accessPath,
      identity: null,
      serviceToken: null,
    });
    const { application } = decision;
    const decoded = decodePath(path);
    const malformed = decoded === undefined;
    const rule =
      leads.kind === "tunnel" && !malformed
        ? this.#ruleFor(leads.tunnel, request, decoded)
        : undefined;
    const open = decision.outcome === "pass" && decision.how === "bypass";
    return {
      request,
      accessPath,
      leads,
      ...(application && { application }),
      ...(rule && { rule }),
      malformed,
      key: [
        leads.kind === "tunnel" ? leads.tunnel.id : leads.kind,
        this.#numberOf(application),
        this.#numberOf(rule),
        leads.kind === "tunnel" && malformed,
        open,
        ...(assumed ? [...assumed].map(String) : []),
      ].join(),
    };
  }

  /** What comes of a request to a spot. */
  verdict(spot: Spot, caller: Caller): Verdict {
    const { leads } = spot;
    const request = {
      host: spot.request.host,
      path: spot.accessPath,
      ...caller,
    };
    switch (leads.kind) {
      case "nowhere":
        return { outcome: "nowhere", reason: leads.why };
      case "past":
        return {
          outcome: "public",
          reason: `the record of ${request.host} is not proxied: requests go to ${leads.address} past Access`,
          server: leads.address,
        };
      case "server":
        return this.#decide(request, (decision) => ({
          ...passes(decision),
          server: leads.address,
        }));
      case "tunnel":
        return this.#decide(request, (decision) =>
          this.#inTunnel(decision, leads.tunnel, spot),
        );
    }
  }

  /** The rule that a request reaches: the first that matches, else the last. */
  #ruleFor(
    { id, rules }: Tunnel,
    { assumed, host }: Target,
    path: string,
  ): IngressRule | undefined {
    const key = `${id} ${host}`;
    let candidates = this.#rulesByHost.get(key);
    if (candidates === undefined) {
      candidates = rules.filter((rule) => matchesHostname(rule, host));
      this.#rulesByHost.set(key, candidates);
    }
    return (
      candidates.find(
        (rule) => assumed?.get(rule.path ?? "") ?? takesPath(rule, path),
      ) ?? rules.at(-1)
    );
  }

  /** Why the connector does not take a tunnel's rules and goes on with those before. */
  #faultsOf(tunnel: Tunnel): readonly string[] {
    let faults = this.#faults.get(tunnel);
    if (faults === undefined) {
      faults = ingressFaults(tunnel.rules, tunnel.defaults);
      this.#faults.set(tunnel, faults);
    }
    return faults;
  }

  #numberOf(object: object | undefined): number {
    if (object === undefined) return -1;
    const known = this.#numbers.get(object) ?? this.#numbers.size;
    this.#numbers.set(object, known);
    return known;
  }

  /** What Access decides, and what becomes of each decision that is possible. */
  #decide(
    request: AccessRequest,
    onward: (decision: SettledDecision) => Verdict,
  ): Verdict {
    const decision = this.#access.decide(request);
    const about = aboutPolicy(decision);
    if (decision.outcome !== "depends")
      return { ...about, ...onward(decision) };
    const verdicts = decision.possible.map(onward);
    const [first] = verdicts;
    if (first && verdicts.every((one) => endOf(one) === endOf(first)))
      return { ...about, ...first };
    return {
      ...about,
      outcome: "depends",
      // What the connector makes of each is told with it.
      reason: decision.possible.reduce(
        (text, { reason }, at) =>
          text.replace(reason, () => verdicts[at]?.reason ?? reason),
        decision.reason,
      ),
      dependsOn: decision.dependsOn.map(({ id }) => id),
      hangsOn: decision.dependsOn.map(({ text }) => text),
      how: decision.tree
        ? outline(decision.tree, (settled) => endOf(onward(settled)))
        : this.#everything(decision),
      ...(first?.rule && { rule: first.rule }),
      ...(first?.tunnel && { tunnel: first.tunnel }),
    };
  }

  /** Stands for how a decision hangs on facts where it can't be told: all that it may hang on. */
  #everything({ application }: Decision): string {
    const { groups, lists, policies } = this.state.access;
    this.#shared ??= JSON.stringify([groups, lists, policies]);
    return JSON.stringify(application) + this.#shared;
  }

  /** What a tunnel's rules make of a request that Access lets pass, or does not. */
  #inTunnel(
    decision: SettledDecision,
    tunnel: Tunnel,
    { malformed, rule }: Spot,
  ): Verdict {
    const where = {
      ...(rule && { rule: withDefaults(rule, tunnel.defaults) }),
      tunnel: tunnel.name,
    };
    const access = passes(decision);
    if (!reaches(access)) return { ...access, ...where };
    if (tunnel.source === "local")
      return {
        ...where,
        outcome: "depends",
        reason: `the tunnel ${tunnel.name} is configured on its host, which can't be read from here`,
      };
    if (malformed)
      return {
        ...where,
        outcome: "nowhere",
        reason: `the percent-encoding of the path is broken: the tunnel ${tunnel.name} answers 400`,
      };
    const [fault] = this.#faultsOf(tunnel);
    if (fault !== undefined && rule !== undefined)
      return {
        ...where,
        outcome: "depends",
        reason: `the connector of the tunnel ${tunnel.name} refuses its rules and keeps the previous ones: ${fault}`,
      };
    if (rule === undefined)
      return {
        ...where,
        outcome: "nowhere",
        reason: `the tunnel ${tunnel.name} has no rules`,
      };
    const objection = connectorOn(decision, rule, this.#team);
    if (objection !== undefined) return { ...where, ...objection };
    const service = rule.service ?? "";
    if (service.startsWith("http_status:"))
      return {
        ...where,
        outcome: "nowhere",
        reason: `the tunnel ${tunnel.name} answers ${service.slice("http_status:".length)}: no rule leads to a service`,
      };
    return { ...access, ...where };
  }
}

/** Whether a rule takes a decoded path; one that cloudflared refuses takes none. */
function takesPath(rule: IngressRule, path: string): boolean {
  try {
    return matchesPath(rule, path);
  } catch {
    return false;
  }
}

/** The same for what nobody can tell apart, but for where it arrives. */
function endOf(verdict: Verdict): string {
  if (verdict.outcome === "depends") return `depends: ${verdict.reason}`;
  return reaches(verdict)
    ? `${verdict.outcome} ${arrivalOf(verdict) ?? ""}`
    : "refused";
}

function aboutPolicy(
  decision: Decision,
): Pick<Verdict, "application" | "policy"> {
  const { application, policy } = decision;
  return {
    ...(application && { application }),
    ...(policy && { policy: policy.name ?? policy.id ?? "?" }),
  };
}

/** What a decision of Access alone means. */
function passes(decision: SettledDecision): Verdict {
  const { reason } = decision;
  if (decision.outcome !== "pass") return { outcome: "refused", reason };
  const session = decision.session && {
    sessionSeconds: decision.session.seconds,
  };
  switch (decision.how) {
    case "no_application":
      return { outcome: "public", reason };
    case "bypass":
    case "preflight":
      return { outcome: "open", reason };
    case "service_auth":
      return decision.serviceTokenId === undefined
        ? { outcome: "open", reason, ...session }
        : { outcome: "token", reason, ...session };
    case "identity":
      return { outcome: "login", reason, ...session };
  }
}
