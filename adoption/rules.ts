import type { Application } from "../access/model";
import { pathExpression, parseUri } from "../access/path-pattern";
import { isOfHost, isWholeHost, keyOf } from "../access/whole-host";
import { isOfHostAlone } from "../base/existing-application";
import { originPropFaults } from "../constructs/tunnel-route";
import { withDefaults, type Defaults } from "../ingress/defaults";
import { findAnsweringRule, matchesHostname } from "../ingress/match";
import { openPathPattern } from "../ingress/open-path";
import type { IngressRule } from "../ingress/rule";
import {
  interferes,
  pathsMayOverlap,
  sameHosts,
  sameTarget,
  swallows,
} from "../ingress/shadow";
import { protectAlone } from "../ingress/protect-rule";
import { tokenDemand } from "../ingress/token-demand";
import { deployedRule, leftNext, leftOf } from "../doctor/deployed-rule";
import {
  AS_BEFORE,
  refusalOfDestroy,
  refusedWords,
  type RefusedDestroy,
} from "../doctor/taken-over";
import { shadowOf, withRule } from "../providers/tunnel-route/document";
import { isJsonObject, parseJson } from "../providers/tunnel-route/json";
import type { Entry } from "../providers/tunnel-route/journal";
import { formerRule } from "../providers/tunnel-route/route";
import {
  originDifferences,
  originSettings,
} from "../providers/tunnel-route/origin-differences";
import { camelCased, literal } from "./as-props";
import {
  formerTunnel,
  isStatus,
  ledElsewhere,
  type LedElsewhere,
} from "./host-rules";
import { CHANGED_CODE } from "./one-application";
import { inPlaceOf, originChange } from "./origin-changes";
import { isOfAnother, placesOf } from "./places";
import { asServiceUrl, withoutUser } from "./service-url";
import {
  UNTOUCHED,
  type Change,
  type Line,
  type Part,
  type Row,
  type Scene,
} from "./survey";

/** The tunnel's rules that take requests of the host. */
export async function rules(given: Scene): Promise<Part> {
  const { account } = given;
  const { defaults, rules: all = [], source } = await account.configuration();
  const { name, id } = await account.tunnel();
  if (source === "local")
    return {
      rows: [
        {
          kind: "tunnel",
          name,
          id,
          becomes: "in the way",
          why: "it is configured by a file on its host, which nobody can write from here",
          todo: "Make a tunnel that is configured at Cloudflare, move the rules of that file to it, and name it in CLOUDFLARE_TUNNEL; or migrate this one (Zero Trust, Networks, Connectors, Cloudflare Tunnels).",
          afterDestroy: UNTOUCHED,
        },
      ],
      lines: [],
    };
  const moved = await movedHere(given, { id, name, defaults, all });
  const service = {
    ...given.service,
    // In another tunnel, it is yet to be made in this one.
    routes: given.service.routes.map((route) =>
      route.state === undefined || route.state["tunnel_id"] === id
        ? route
        : {
            rule: route.rule,
            leavesNone: route.leavesNoneNext ?? route.leavesNone,
          },
    ),
  };
  const scene = { ...given, service };
  const applications = await account.applications();
  const organization = await account.organization();
  const team = organization?.auth_domain?.replace(
    /\.cloudflareaccess\.com$/,
    "",
  );
  const whole = service.routes.find(({ rule }) => !rule.path)?.rule;
  const led = await ledElsewhere(account, service.hostname, id);
  const rows: Row[] = [...moved.rows];
  const lines: Line[] = [...moved.lines];
  const before: IngressRule[] = [];
  const isWider = widerAtTokenPaths(scene, applications);
  // The row of an application that is taken over says it.
  const isTold = scene.deployed.some(({ app_id }) =>
    applications.some(({ id }) => id === app_id),
  );
  const refusal = isTold ? undefined : await refusalOfDestroy(account, service);
  const known = { applications, team, defaults, isWider, refusal };
  // The stack's own, where the code names another tunnel by now, is told already.
  const isOurs = given.service.routes.some(
    ({ state }) => state && state["tunnel_id"] === led?.tunnel?.id,
  );
  const there =
    whole && led && !isOurs
      ? atOther(led, whole, { ...known, name })
      : undefined;
  rows.push(...(there?.rows ?? []));
  lines.push(...(there?.lines ?? []));
  const later = whole ? withRule(all, whole) : all;
  const place = whole ? later.indexOf(whole) : -1;
  const answering = whole && findAnsweringRule(all, whole.hostname, "/");
  // Deployed, and somebody has put another before it since.
  const isBehind = service.routes.some(
    ({ id, rule }) =>
      !rule.path &&
      id !== undefined &&
      all.some(
        (one, at) => sameTarget(one, rule) && shadowOf(all, at) !== undefined,
      ),
  );
  for (const [index, rule] of all.entries()) {
    const route = service.routes.find((one) => sameTarget(one.rule, rule));
    const by = shadowOf(all, index);
    if (route && by !== undefined)
      rows.push(
        route.id === undefined
          ? neverReached(rule, all[by]!)
          : movedBehind(rule, all[by]!),
      );
    else if (route) {
      const part = replaced(scene, route, rule, known);
      rows.push(part.row);
      lines.push(...(led ? part.lines.filter(keepsNoService) : part.lines));
    } else if (
      whole &&
      led &&
      later.indexOf(rule) > place &&
      answersFor(whole.hostname, all, index)
    )
      rows.push({
        ...rowOf(rule),
        becomes: "left alone",
        why: `it takes no request of ${whole.hostname} today, whose record does not lead to this tunnel; once it does, the stack's rule comes before this one`,
        afterDestroy: UNTOUCHED,
      });
    else if (
      whole &&
      later.indexOf(rule) > place &&
      answersFor(whole.hostname, all, index)
    ) {
      const isAnswering = index === answering;
      const part = hidden(rule, whole, { ...known, isAnswering });
      rows.push(part.row);
      if (isAnswering && !isBehind) lines.push(...part.lines);
    } else if (
      whole &&
      later.indexOf(rule) < place &&
      takesSome(rule, whole, index === all.length - 1)
    ) {
      // The stack's check would refuse whomever another application admits there.
      const isOffered =
        Boolean(rule.path) &&
        sameHosts(rule, whole) &&
        (!tokenDemand(rule) || isWider(rule)) &&
        !isOfAnother(rule, service, applications);
      const isRefused =
        tokenDemand(rule) !== undefined &&
        isWider(rule) &&
        !isOffered &&
        // One of the host's own takes all that it would.
        !all
          .slice(0, index)
          .some(
            (earlier) =>
              sameHosts(earlier, whole) &&
              swallows({ path: earlier.path }, { path: rule.path }),
          );
      const isUnchecked =
        !tokenDemand(rule) && !isStatus(rule) && !sameHosts(rule, whole);
      rows.push({
        ...rowOf(rule),
        becomes: "left alone",
        why: `it comes before the stack's rule and takes its requests ${tokenDemand(rule) ? "with a JWT check of its own" : "without the JWT check"}${isUnchecked ? `; npm run probe calls that broken ("The tunnel checks Access's token")` : ""}`,
        ...(isUnchecked && {
          todo: `To have the connector check what it takes of ${whole.hostname}, ${protectAlone(whole.hostname)}.`,
        }),
        ...(isRefused && inTheWay(rule, whole)),
        afterDestroy: UNTOUCHED,
      });
      if (isOffered) before.push(rule);
    }
  }
  const today =
    whole &&
    (all.find((one) => sameTarget(one, whole)) ?? all[answering ?? -1]);
  const isAsHost = (rule: IngressRule) =>
    today !== undefined &&
    originDifferences(rule, today, defaults).length === 0;
  if (whole)
    lines.push(
      ...takeOverPaths(scene, whole, { before, isAsHost, isWider, lines }),
    );
  return { rows, lines };
}

/** The rules of the stack that are in another tunnel, as CLOUDFLARE_TUNNEL was another at the last deploy. */
async function movedHere(
  { account, noted, service }: Scene,
  to: {
    readonly id: string;
    readonly name: string;
    readonly defaults: Defaults;
    readonly all: readonly IngressRule[];
  },
): Promise<Part> {
  const rows: Row[] = [];
  const lines: Line[] = [];
  for (const route of service.routes) {
    const from = await formerTunnel(account, route, to.id);
    const found = from?.rules.find((one) => sameTarget(one, route.rule));
    if (from === undefined || found === undefined) continue;
    const { former } = from;
    const { deployed, id, leavesNone: isRemoved, rule } = route;
    const entry = (noted as readonly Entry[]).find((one) => one.id === id);
    const left = former
      ? `puts back the rule to ${withoutUser(former.service)} from before the first deploy ${tokenDemand(former) ? "with its JWT check" : "without a JWT check"}`
      : "takes it out";
    const theirs = to.all.find((one) => sameTarget(one, rule));
    const after = theirs ? inPlaceOf(theirs, rule) : rule;
    const origin = originChange(
      withDefaults(found, from.defaults),
      after,
      to.defaults,
    );
    rows.push({
      ...rowOf(found),
      name: `${rowOf(found).name} in the tunnel ${from.tunnel.name}`,
      becomes: "the stack's own",
      why: `CLOUDFLARE_TUNNEL names ${to.name} now: the next deploy ${left} here, and then puts one there`,
      changes: [...serviceChange(found, rule).changes, ...origin.changes],
      afterDestroy: former
        ? deployedRule(found, AS_BEFORE, { deployed, entry, isRemoved })
            .afterDestroy + leftNext(route)
        : "none",
    });
    if (theirs === undefined)
      rows.push({
        ...rowOf(rule),
        name: `${rowOf(rule).name} in the tunnel ${to.name}`,
        becomes: "made",
        why: `in the place of the one in ${from.tunnel.name}`,
        afterDestroy: "deleted",
      });
    if (!rule.path) lines.push(...origin.lines);
  }
  return { rows, lines };
}

/** What people get to see today is by another rule. */
function keepsNoService({ text }: Line): boolean {
  return !text.startsWith("serviceUrl: ");
}

/** The rule that takes the host's requests today, in the tunnel that its record leads to. */
function atOther(
  { defaults, rules: all = [], tunnel, source }: LedElsewhere,
  whole: IngressRule & { readonly hostname: string },
  to: Known & { readonly name: string },
): Part {
  const lines: Line[] = [];
  if (tunnel === undefined) return { rows: [], lines };
  const why = `it takes the requests of ${whole.hostname} today, as its record leads to that tunnel; once the record leads to ${to.name}, the stack's rule there does`;
  const shared = { becomes: "left alone", afterDestroy: UNTOUCHED } as const;
  if (source === "local")
    return {
      rows: [
        {
          kind: "tunnel",
          name: tunnel.name,
          id: tunnel.id,
          ...shared,
          why: `the record of ${whole.hostname} leads to it today, and its rules are on its host: where the requests go is not known here`,
        },
      ],
      lines,
    };
  const rule = all[findAnsweringRule(all, whole.hostname, "/")];
  if (rule === undefined || isStatus(rule)) return { rows: [], lines };
  const origin = originChange(withDefaults(rule, defaults), whole, to.defaults);
  const service = serviceChange(rule, whole).changes.map((change) => ({
    ...change,
    unkept: `a service's address is one that the tunnel's connector knows: where ${to.name} has it too, write it as serviceUrl`,
  }));
  return {
    rows: [
      {
        ...rowOf(rule),
        name: `${rowOf(rule).name} in the tunnel ${tunnel.name}`,
        ...shared,
        why,
        changes: [...jwtCheck(rule, whole, to), ...service, ...origin.changes],
      },
    ],
    lines: origin.lines,
  };
}

/**
 * Has rules for paths taken over where that changes nothing but the check of the
 * JWT, once the other lines are written.
 */
function takeOverPaths(
  scene: Scene,
  whole: IngressRule,
  {
    before,
    isAsHost,
    isWider,
    lines,
  }: {
    /** Those that take their paths past the check. */
    readonly before: readonly IngressRule[];
    /** Whether the connector speaks to the service as by the host's rule today. */
    readonly isAsHost: (rule: IngressRule) => boolean;
    /** Whether a token reaches more by it than its paths. */
    readonly isWider: (rule: IngressRule) => boolean;
    readonly lines: readonly Line[];
  },
): Line[] {
  const isOpen = scene.service.openPaths.length > 0;
  const stated = (prop: string) =>
    lines.find(({ text }) => text.startsWith(`${prop}: `))?.text;
  const serviceUrl = stated("serviceUrl") ?? serviceLine(whole.service);
  const origin = stated("origin");
  const untaken = before.filter(
    (rule) =>
      // By that line the row then says that it comes to lead elsewhere.
      (isWider(rule) || serviceLine(rule.service) === serviceUrl) &&
      (isOpen || isWider(rule) || origin === undefined || isAsHost(rule)),
  );
  if (untaken.length === 0) return [];
  const paths = [...inCode(scene), ...untaken.map(({ path }) => path)];
  return [
    {
      file: "main.ts",
      text: `existingRules: ${JSON.stringify(paths)},`,
      does: isOpen || untaken.some(isWider) ? "needed" : "protects",
    },
  ];
}

function serviceLine(service: string | null | undefined): string {
  return `serviceUrl: ${JSON.stringify(service)},`;
}

/** What a rule's changes are told by. */
interface Known {
  readonly applications: readonly Application[];
  readonly team: string | undefined;
  readonly defaults: Defaults;
  /** Whether a token reaches more by a rule than its paths. */
  readonly isWider: (rule: IngressRule) => boolean;
  /** Why a destroy would be refused. */
  readonly refusal: RefusedDestroy | undefined;
}

/**
 * Whether some request to a host comes to a rule today. The last one takes what
 * no other does, whatever it says; where it leads to no service, nothing answers.
 */
function answersFor(
  hostname: string,
  all: readonly IngressRule[],
  index: number,
): boolean {
  const isLast = index === all.length - 1;
  const asked = ({ path }: IngressRule, isAny = false) => ({
    hostname,
    path: isAny ? null : path,
  });
  const rule = all[index]!;
  return (
    (isLast ? !isStatus(rule) : matchesHostname(rule, hostname)) &&
    !all
      .slice(0, index)
      .some(
        (earlier) =>
          matchesHostname(earlier, hostname) &&
          swallows(asked(earlier), asked(rule, isLast)),
      )
  );
}

/** What changes where a rule stays and no request of the host comes to it any more. */
function hidden(
  rule: IngressRule,
  whole: IngressRule & { readonly hostname: string },
  known: Known & { readonly isAnswering: boolean },
): { readonly row: Row; readonly lines: readonly Line[] } {
  const service = serviceChange(rule, whole);
  const origin = originChange(rule, whole, known.defaults);
  const changes = [...service.changes, ...origin.changes];
  const unkept = `to keep it, first make a rule for ${whole.hostname} with the path ${rule.path}, which the stack leaves alone`;
  return {
    row: {
      ...rowOf(rule),
      becomes: "left alone",
      why: `it takes ${rule.path && !isEveryPath(rule.path) ? "some of " : ""}the requests of ${whole.hostname} today; the stack puts a rule of its own before it`,
      changes: [
        ...jwtCheck(rule, whole, known),
        ...changes.map((change) =>
          known.isAnswering || !rule.path ? change : { ...change, unkept },
        ),
      ],
      afterDestroy: UNTOUCHED,
    },
    lines: [...service.lines, ...origin.lines],
  };
}

function isEveryPath(path: string): boolean {
  return swallows({ path }, {});
}

/** The stack's own, before which somebody has put another. */
function movedBehind(rule: IngressRule, by: IngressRule): Row {
  const { name } = rowOf(by);
  return {
    ...rowOf(rule),
    becomes: "the stack's own",
    why: `deployed, and never reached: the rule ${name}, which comes before it, takes all of its requests; a deploy moves it before that`,
    afterDestroy: `the rule from before the first deploy, where there was one, stands where this one does, and is never reached; to have it before ${name}, move this one there first`,
  };
}

function neverReached(rule: IngressRule, by: IngressRule): Row {
  return {
    ...rowOf(rule),
    becomes: "left alone",
    why: `never reached: the rule ${rowOf(by).name}, which comes before it, takes all of its requests`,
    afterDestroy: UNTOUCHED,
  };
}

/** Addresses of the rules that a stack takes over by `existingRules`. */
const EXISTING_ROUTE = /_rule_[0-9a-f]{8}$/;

/** Paths of rules that the code takes over already. */
function inCode({ own }: Scene): string[] {
  return own
    .filter(
      ({ address, type }) =>
        type === "tunnel_route" && EXISTING_ROUTE.test(address),
    )
    .map(({ values }) => String(values.path));
}

/**
 * Tells rules by which a token reaches more than the paths that it is limited
 * to: they take more of what the application of such a path admits than the
 * stack's own rule, without a check or with that application's JWT.
 */
function widerAtTokenPaths(
  { service }: Scene,
  all: readonly Application[],
): (rule: IngressRule) => boolean {
  const limited = service.applications.flatMap((planned) => {
    const { path } = parseUri(planned.domain);
    if (isOfHostAlone(planned.domain) || service.openPaths.includes(path))
      return [];
    const own = service.routes.find(
      ({ rule }) => rule.path === openPathPattern(path),
    );
    const auds = all
      .filter(
        (one) =>
          one.id === (planned.existing ?? planned.id) ||
          placesOf(one).some((uri) => keyOf(uri) === keyOf(planned.domain)),
      )
      .map(({ aud }) => aud);
    return [
      { auds, covers: { path: `(?s)${pathExpression(path)}` }, own: own?.rule },
    ];
  });
  return (rule) => {
    const demand = tokenDemand(rule);
    return (
      Boolean(rule.path) &&
      !isStatus(rule) &&
      limited.some(
        ({ auds, covers, own }) =>
          (demand === undefined ||
            auds.some((aud) => aud && demand.auds.includes(aud))) &&
          (pathsMayOverlap(rule, covers) ||
            // Access reads `/other/../queue` as `/queue`.
            (demand !== undefined && pathsMayOverlap(rule, DOTS))) &&
          !(own && swallows({ path: own.path }, { path: rule.path })),
      )
    );
  };
}

/** Paths that lead out of where they begin. */
const DOTS = { path: String.raw`/\.\.(?:/|$)` };

/** What to do with one that `existingRules` can't take over as it is. */
function inTheWay(
  rule: IngressRule,
  { hostname }: IngressRule,
): Pick<Row, "becomes" | "todo" | "why"> {
  const why =
    "by it a token reaches more than the paths that main.ts limits it to, which a deploy is refused for";
  return {
    becomes: "in the way",
    why,
    todo: sameHosts(rule, { hostname })
      ? `It also takes paths of an application that is not in main.ts. In the tunnel, make a rule before it for each of those paths, with its service and settings, and the JWT check of that application alone: the stack leaves it alone. Then let it take the token's paths alone, and run adopt again: it says how the stack takes it over.`
      : `In the tunnel, make a rule before it for ${hostname} with the path ${rule.path}, and with its service and settings. Then run adopt again: it says how the stack takes that one over.`,
  };
}

function takesSome(
  rule: IngressRule,
  ours: IngressRule,
  isLast: boolean,
): boolean {
  return (
    !isLast &&
    (sameHosts(rule, ours)
      ? Boolean(rule.path) && pathsMayOverlap(rule, ours)
      : interferes(rule, ours) && Boolean(rule.path))
  );
}

function rowOf({ hostname, path, service }: IngressRule) {
  return {
    kind: "tunnel rule",
    name: `${hostname || "any host"}${path ? ` ${path}` : ""} to ${withoutUser(service)}`,
  };
}

/** What becomes of a rule in whose place the stack puts its own. */
function replaced(
  scene: Scene,
  route: Scene["service"]["routes"][number],
  rule: IngressRule,
  known: Known,
): { readonly row: Row; readonly lines: readonly Line[] } {
  const { deployed, id, rule: planned } = route;
  const { givenBack, noted, own } = scene;
  const isRemoved = route.leavesNone;
  const afterDestroy = leftOf(route, givenBack);
  if (id !== undefined) {
    const entry = (noted as readonly Entry[]).find((one) => one.id === id);
    const is = deployedRule(rule, afterDestroy, {
      ...{ deployed, entry, isRemoved },
      former: route.state && formerRule(route.state),
    });
    const { isBack = false, isRechecked, last } = is;
    const changes: Change[] = isBack
      ? []
      : [
          ...(isRechecked ? jwtCheck(rule, planned, known) : []),
          ...serviceChange(rule, planned).changes,
          ...originChange(rule, asWritten(route, last), known.defaults).changes,
        ];
    const isOfCode = !last && changes.length > 0;
    return {
      row: {
        ...rowOf(rule),
        becomes: "the stack's own",
        why: `${is.why}${isOfCode ? CHANGED_CODE : ""}`,
        afterDestroy: `${is.afterDestroy}${leftNext(route)}`,
        ...(changes.length > 0 && { changes }),
        ...(known.refusal && {
          afterDestroy: refusedWords(
            known.refusal,
            "not put back",
            is.afterDestroy,
          ),
          todo: known.refusal.detail,
        }),
      },
      lines: [],
    };
  }
  const after = inPlaceOf(rule, planned);
  const kept = Object.fromEntries(
    Object.entries(originSettings(rule)).filter(
      ([name]) =>
        !(name in originSettings(planned)) && name in originSettings(after),
    ),
  );
  const names = Object.keys(kept);
  const service = serviceChange(rule, planned);
  const changes: Change[] = [
    ...jwtCheck(rule, planned, known),
    ...service.changes,
    ...originChange(rule, after, known.defaults).changes,
  ];
  // What the whole host has is not for a path of it to say.
  const { path } = planned;
  const isExisting = inCode(scene).includes(path ?? "");
  const unkept = path && unkeptOf(path, isExisting && !known.isWider(rule));
  const lines = path ? [] : [...service.lines];
  const origin = literal(camelCased(takenSettings(kept)));
  const isStated = own.some(
    ({ type, values }) =>
      type === "tunnel_route" &&
      values.hostname === planned.hostname &&
      Object.keys(values.origin_request ?? {}).some((key) => key !== "access"),
  );
  if (origin !== undefined && !isStated && !path)
    lines.push({ file: "main.ts", text: `origin: ${origin},`, does: "states" });
  return {
    row: {
      ...rowOf(rule),
      becomes: "taken over",
      why:
        names.length > 0
          ? `replaced by the stack's, which keeps ${names.join(", ")}`
          : "replaced by the stack's",
      changes: changes.map((change) =>
        unkept && change.attribute !== JWT_CHECK
          ? { ...change, unkept }
          : change,
      ),
      afterDestroy,
    },
    lines,
  };
}

/**
 * A rule of the stack's as the next deploy writes it.
 *
 * @param last as a deploy wrote it, where somebody has changed it since
 */
function asWritten(
  { deployed, rule, state }: Scene["service"]["routes"][number],
  last = deployed,
): IngressRule {
  const kept = state?.["kept_settings"];
  const settings = typeof kept === "string" ? parseJson(kept) : undefined;
  return isJsonObject(settings)
    ? withDefaults(rule, originSettings({ originRequest: settings }))
    : state === undefined && last
      ? inPlaceOf(last, rule)
      : rule;
}

function unkeptOf(path: string, isFree: boolean): string {
  return isFree
    ? `to keep it, take ${JSON.stringify(path)} out of existingRules: the rule then stays as it is`
    : "no line keeps it: a path of the stack is as the rest of its host";
}

/** Where requests lead to another service than today, and what to write to keep it. */
function serviceChange(
  rule: IngressRule,
  planned: IngressRule,
): { readonly changes: readonly Change[]; readonly lines: readonly Line[] } {
  if (rule.service === planned.service) return { changes: [], lines: [] };
  const url = asServiceUrl(rule);
  return {
    changes: [
      {
        attribute: "service",
        before: withoutUser(rule.service),
        after: String(planned.service),
        ...(url === undefined
          ? { unkept: "no line keeps it: serviceUrl can't say it" }
          : url === planned.service
            ? { unkept: "the same service, as serviceUrl says it" }
            : {}),
      },
    ],
    lines:
      url === undefined || url === planned.service
        ? []
        : [
            {
              file: "main.ts",
              text: `serviceUrl: ${JSON.stringify(url)},`,
              does: "keeps",
            },
          ],
  };
}

const JWT_CHECK = "JWT check";

/** What of the rule's JWT check is other than before. */
function jwtCheck(
  rule: IngressRule,
  planned: IngressRule & { readonly hostname: string },
  { applications, team }: Known,
): Change[] {
  const { hostname } = planned;
  const demand = tokenDemand(rule);
  const demanded = (demand?.auds ?? []).map((aud) => ({
    aud,
    application: applications.find((one) => one.aud === aud),
  }));
  const isOurTeam =
    demand === undefined || team === undefined || demand.team === team;
  const isSame =
    isOurTeam &&
    demanded.length > 0 &&
    demanded.every(
      ({ application }) =>
        application !== undefined &&
        placesOf(application).some((uri) => isWholeHost(uri, hostname)) &&
        placesOf(application).every((uri) => isOfHost(uri, hostname)),
    );
  const after = tokenDemand(planned);
  if (isSame || (demand === undefined && after === undefined)) return [];
  const before = demanded.map(({ application, aud }) =>
    application
      ? `"${application.name}"`
      : `an audience that no application has (${aud.slice(0, 8)}…)`,
  );
  const ofTeam = (name: string | undefined) =>
    isOurTeam ? "" : ` of the team "${name}"`;
  return [
    {
      attribute: JWT_CHECK,
      before:
        demand === undefined
          ? "none"
          : before.length === 0
            ? "takes no token"
            : `${before.join(", ")}${ofTeam(demand.team)}`,
      after: after ? `the stack's applications${ofTeam(team)}` : "none",
    },
  ];
}

/** Settings that code can state: the others are kept without it. */
function takenSettings(
  kept: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(kept).filter(
      ([key, value]) => originPropFaults({ [key]: value }).length === 0,
    ),
  );
}
