import type { Application } from "../access/model";
import { isOfHost, isWholeHost } from "../access/whole-host";
import { findMatchingRule } from "../ingress/match";
import type { IngressRule } from "../ingress/rule";
import {
  interferes,
  pathsMayOverlap,
  sameHosts,
  sameTarget,
} from "../ingress/shadow";
import { tokenDemand } from "../ingress/token-demand";
import { findReplaceable, shadowOf } from "../providers/tunnel-route/document";
import { camelCased, literal } from "./as-props";
import { placesOf } from "./places";
import {
  AS_BEFORE,
  UNTOUCHED,
  type Change,
  type Line,
  type Part,
  type Row,
  type Scene,
} from "./survey";

/** The tunnel's rules that take requests of the host. */
export async function rules(scene: Scene): Promise<Part> {
  const { account, service } = scene;
  const { rules: all = [], source } = await account.configuration();
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
  const applications = await account.applications();
  const rows: Row[] = [];
  const lines: Line[] = [];
  const untaken: string[] = [];
  const whole = service.routes.find(({ rule }) => !rule.path);
  const last = all.findIndex(
    (rule) => whole !== undefined && sameTarget(rule, whole.rule),
  );
  const hidden = whole && hiding(all, whole.rule);
  for (const [index, rule] of all.entries()) {
    const route = service.routes.find((one) => sameTarget(one.rule, rule));
    const isBefore = last < 0 || index < last;
    const by = shadowOf(all, index);
    if (route && by !== undefined) rows.push(neverReached(rule, all[by]!));
    else if (route) {
      const part = replaced(scene, route, rule, applications);
      rows.push(part.row);
      lines.push(...part.lines);
    } else if (whole && rule === hidden) {
      const change = serviceChange(rule, whole.rule);
      rows.push({
        ...rowOf(rule),
        becomes: "left alone",
        why: `it takes the requests of ${service.hostname} today; the stack puts a rule of its own before it`,
        changes: [
          ...jwtCheck(rule, whole.rule, applications),
          ...change.changes,
        ],
        afterDestroy: UNTOUCHED,
      });
      lines.push(...change.lines);
    } else if (
      whole &&
      isBefore &&
      takesSome(rule, whole.rule, index === all.length - 1)
    ) {
      rows.push({
        ...rowOf(rule),
        becomes: "left alone",
        why: `it comes before the stack's rule and takes its requests ${tokenDemand(rule) ? "with a JWT check of its own" : "without the JWT check"}`,
        afterDestroy: UNTOUCHED,
      });
      if (rule.path && isPastLogin(rule, whole.rule)) untaken.push(rule.path);
    }
  }
  if (untaken.length > 0)
    lines.push({
      file: "main.ts",
      text: `existingRules: ${JSON.stringify([...inCode(scene), ...untaken])},`,
      does: service.openPaths.length > 0 ? "needed" : "protects",
    });
  return { rows, lines };
}

/** The rule for more hosts that answers for a host whose own rule is missing, or is never reached. */
function hiding(
  all: readonly IngressRule[],
  ours: IngressRule & { readonly hostname: string },
): IngressRule | undefined {
  if (findReplaceable(all, ours) !== undefined) return undefined;
  const index = findMatchingRule(all, ours.hostname, "/");
  return index < all.length - 1 ? all[index] : undefined;
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

/** Whether a rule of the host leads to its service, and demands no login. */
function isPastLogin(rule: IngressRule, whole: IngressRule): boolean {
  return (
    sameHosts(rule, whole) &&
    rule.service === whole.service &&
    !tokenDemand(rule)
  );
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
    name: `${hostname || "any host"}${path ? ` ${path}` : ""} to ${service}`,
  };
}

/** What becomes of a rule in whose place the stack puts its own. */
function replaced(
  { own }: Scene,
  { id, rule: planned }: Scene["service"]["routes"][number],
  rule: IngressRule,
  applications: readonly Application[],
): { readonly row: Row; readonly lines: readonly Line[] } {
  const isRemoved = own.some(
    ({ type, values }) =>
      type === "tunnel_route" &&
      values.hostname === planned.hostname &&
      values.on_destroy === "remove",
  );
  const afterDestroy = isRemoved ? 'none: onDestroy is "remove"' : AS_BEFORE;
  if (id !== undefined)
    return {
      row: {
        ...rowOf(rule),
        becomes: "the stack's own",
        why: "deployed",
        afterDestroy: `${afterDestroy}, where there was one`,
      },
      lines: [],
    };
  const kept = Object.fromEntries(
    Object.entries(rule.originRequest ?? {}).filter(
      ([name]) => name !== "access",
    ),
  );
  const names = Object.keys(kept);
  const changes: Change[] = [...jwtCheck(rule, planned, applications)];
  const service = serviceChange(rule, planned);
  changes.push(...service.changes);
  const lines = [...service.lines];
  const origin = literal(camelCased(kept));
  const isStated = own.some(
    ({ type, values }) =>
      type === "tunnel_route" &&
      values.hostname === planned.hostname &&
      Object.keys(values.origin_request ?? {}).some((key) => key !== "access"),
  );
  if (origin !== undefined && !isStated)
    lines.push({ file: "main.ts", text: `origin: ${origin},`, does: "states" });
  return {
    row: {
      ...rowOf(rule),
      becomes: "taken over",
      why:
        names.length > 0
          ? `replaced by the stack's, which keeps ${names.join(", ")}`
          : "replaced by the stack's",
      changes,
      afterDestroy,
    },
    lines,
  };
}

/** Where requests lead to another service than today, and what to write to keep it. */
function serviceChange(
  rule: IngressRule,
  planned: IngressRule,
): { readonly changes: readonly Change[]; readonly lines: readonly Line[] } {
  if (rule.service === planned.service) return { changes: [], lines: [] };
  return {
    changes: [
      {
        attribute: "service",
        before: String(rule.service),
        after: String(planned.service),
      },
    ],
    lines: [
      {
        file: "main.ts",
        text: `serviceUrl: ${JSON.stringify(rule.service)},`,
        does: "keeps",
      },
    ],
  };
}

/** What of the rule's JWT check is other than before. */
function jwtCheck(
  rule: IngressRule,
  { hostname }: { readonly hostname: string },
  applications: readonly Application[],
): Change[] {
  const auds = tokenDemand(rule)?.auds;
  const demanded = (auds ?? []).map((aud) => ({
    aud,
    application: applications.find((one) => one.aud === aud),
  }));
  const isSame =
    demanded.length > 0 &&
    demanded.every(
      ({ application }) =>
        application !== undefined &&
        placesOf(application).some((uri) => isWholeHost(uri, hostname)) &&
        placesOf(application).every((uri) => isOfHost(uri, hostname)),
    );
  const before = demanded.map(({ application, aud }) =>
    application
      ? `"${application.name}"`
      : `an audience that no application has (${aud.slice(0, 8)}…)`,
  );
  return isSame
    ? []
    : [
        {
          attribute: "JWT check",
          before:
            auds === undefined
              ? "none"
              : before.join(", ") || "any of the team",
          after: "the stack's applications",
        },
      ];
}
