import { compile, type CompiledAccount } from "../access/decide";
import type { Decision, SettledDecision } from "../access/decision";
import type { Application } from "../access/model";
import type { AccessRequest } from "../access/request";
import { decodePath, matchesHostname, matchesPath } from "../ingress/match";
import type { IngressRule } from "../ingress/rule";
import type { AccountState, Tunnel } from "./change";
import { connectorOn } from "./connector";
import { reaches, type Verdict } from "./verdict";
import { NameIndex, type Leads } from "./where-it-leads";

/** Who asks, as Access sees it. */
export type Asker = Pick<AccessRequest, "identity" | "serviceToken">;

/** Where a host and path lead, before anyone asks. */
export interface Spot {
  readonly request: { readonly host: string; readonly path: string };
  readonly leads: Leads;
  /** The application that covers it. */
  readonly application?: Application;
  /** The ingress rule that takes it, where a tunnel does. */
  readonly rule?: IngressRule;
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

  constructor(readonly state: AccountState) {
    this.#access = compile(state.access);
    this.#names = new NameIndex(state);
    this.#team = state.access.organization?.auth_domain?.replace(
      /\.cloudflareaccess\.com$/,
      "",
    );
  }

  /** Whether the record of a name, a wildcard's too, leads to a tunnel of the account. */
  leadsToTunnel(name: string): boolean {
    return this.#names.leads(name).kind === "tunnel";
  }

  /** From DNS over Access to the rule of the tunnel. */
  at(request: { readonly host: string; readonly path: string }): Spot {
    const leads = this.#names.leads(request.host);
    const decision = this.#access.decide({
      ...request,
      identity: null,
      serviceToken: null,
    });
    const { application } = decision;
    const rule =
      leads.kind === "tunnel"
        ? this.#ruleFor(leads.tunnel, request)
        : undefined;
    const open = decision.outcome === "pass" && decision.how === "bypass";
    return {
      request,
      leads,
      ...(application && { application }),
      ...(rule && { rule }),
      key: [
        leads.kind === "tunnel" ? leads.tunnel.id : leads.kind,
        this.#numberOf(application),
        this.#numberOf(rule),
        open,
      ].join(),
    };
  }

  /** What comes of a request to a spot. */
  verdict(spot: Spot, asker: Asker): Verdict {
    const { leads, request } = spot;
    switch (leads.kind) {
      case "nowhere":
        return { outcome: "nowhere", reason: leads.why };
      case "past":
        return {
          outcome: "public",
          reason: `the record of ${request.host} is not proxied: requests go to ${leads.address} past Access`,
        };
      case "server":
        return this.#decide({ ...request, ...asker }, passes);
      case "tunnel":
        return this.#decide({ ...request, ...asker }, (decision) =>
          this.#inTunnel(decision, leads.tunnel, spot.rule),
        );
    }
  }

  /** The rule that a request reaches: the first that matches, else the last. */
  #ruleFor(
    { id, rules }: Tunnel,
    { host, path }: { readonly host: string; readonly path: string },
  ): IngressRule | undefined {
    const key = `${id} ${host}`;
    let candidates = this.#rulesByHost.get(key);
    if (candidates === undefined) {
      candidates = rules.filter((rule) => matchesHostname(rule, host));
      this.#rulesByHost.set(key, candidates);
    }
    const decoded = decodePath(path) ?? path;
    return (
      candidates.find((rule) => matchesPath(rule, decoded)) ?? rules.at(-1)
    );
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
    if (first && verdicts.every(({ outcome }) => outcome === first.outcome))
      return { ...about, ...first };
    return {
      ...about,
      outcome: "depends",
      reason: decision.reason,
      ...(first?.rule && { rule: first.rule }),
      ...(first?.tunnel && { tunnel: first.tunnel }),
    };
  }

  /** What a tunnel's rules make of a request that Access lets pass, or does not. */
  #inTunnel(
    decision: SettledDecision,
    tunnel: Tunnel,
    rule: IngressRule | undefined,
  ): Verdict {
    const where = { ...(rule && { rule }), tunnel: tunnel.name };
    const access = passes(decision);
    if (!reaches(access)) return { ...access, ...where };
    if (tunnel.source === "local")
      return {
        ...where,
        outcome: "depends",
        reason: `the tunnel ${tunnel.name} is configured on its host, which can't be read from here`,
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
