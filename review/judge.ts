import { compile, type CompiledAccount } from "../access/decide";
import type { Decision, SettledDecision } from "../access/decision";
import type { Application, IdentityProvider } from "../access/model";
import type { AccessRequest } from "../access/request";
import { decodePath, matchesHostname, matchesPath } from "../ingress/match";
import type { IngressRule } from "../ingress/rule";
import type { AccountState, Tunnel } from "./change";
import { NameIndex, type Leads } from "./where-it-leads";

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

  /** Ids of the login methods that count at an application. */
  loginMethods(application: Application | undefined): IdentityProvider[] {
    const all = this.state.access.identity_providers ?? [];
    const allowed = application?.allowed_idps ?? [];
    return allowed.length === 0
      ? [...all]
      : all.filter(({ id }) => allowed.includes(id ?? ""));
  }

  /** What comes of a request to a spot. */
  judge(spot: Spot, asker: Asker): Verdict {
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
    const refusal = refusedByConnector(decision, rule, this.#team);
    if (refusal !== undefined)
      return { ...where, outcome: "refused", reason: refusal };
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

/** What a rule demands of Access's JWT; undefined where it demands none. */
export function demandOf(
  rule: IngressRule | undefined,
): { readonly team: string; readonly auds: readonly string[] } | undefined {
  const access = rule?.originRequest?.access as
    | { required?: unknown; teamName?: unknown; audTag?: unknown }
    | null
    | undefined;
  if (access?.required !== true) return undefined;
  return {
    team: typeof access.teamName === "string" ? access.teamName : "",
    auds: Array.isArray(access.audTag) ? access.audTag.map(String) : [],
  };
}

/**
 * Why the connector refuses what Access has let pass: it demands a JWT, and
 * there is none, or another application's or team's.
 */
function refusedByConnector(
  decision: SettledDecision,
  rule: IngressRule,
  team: string | undefined,
): string | undefined {
  const demand = demandOf(rule);
  if (demand === undefined || decision.outcome !== "pass") return undefined;
  const signed = decision.how === "identity" || decision.how === "service_auth";
  const { application, reason } = decision;
  if (!signed)
    return `${reason}, but the route demands a JWT of Access and the request has none`;
  if (team !== undefined && demand.team !== team)
    return `the route demands a JWT of the team "${demand.team}", which this account is not`;
  return demand.auds.includes(application?.aud ?? "")
    ? undefined
    : `the route demands the JWT of another application than "${application?.name ?? "?"}"`;
}
