import { publicDestinations } from "../access/match-application";
import type { Application } from "../access/model";
import type { IngressRule } from "../ingress/rule";
import {
  interferes,
  pathsMayOverlap,
  sameHosts,
  sameTarget,
} from "../ingress/shadow";
import { tokenDemand } from "../ingress/token-demand";
import { camelCased, literal } from "./as-props";
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
  const whole = service.routes.find(({ rule }) => !rule.path);
  const last = all.findIndex(
    (rule) => whole !== undefined && sameTarget(rule, whole.rule),
  );
  for (const [index, rule] of all.entries()) {
    const route = service.routes.find((one) => sameTarget(one.rule, rule));
    const isBefore = last < 0 || index < last;
    if (route) {
      const part = replaced(scene, route, rule, applications);
      rows.push(part.row);
      lines.push(...part.lines);
    } else if (
      whole &&
      isBefore &&
      takesSome(rule, whole.rule, index === all.length - 1)
    )
      rows.push({
        ...rowOf(rule),
        becomes: "left alone",
        why: `it comes before the stack's rule and takes its requests ${tokenDemand(rule) ? "with a JWT check of its own" : "without the JWT check"}`,
        afterDestroy: UNTOUCHED,
      });
  }
  return { rows, lines };
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
  const lines: Line[] = [];
  if (rule.service !== planned.service) {
    changes.push({
      attribute: "service",
      before: String(rule.service),
      after: String(planned.service),
    });
    lines.push({
      file: "main.ts",
      text: `serviceUrl: ${JSON.stringify(rule.service)},`,
      does: "keeps",
    });
  }
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
        publicDestinations(application).every(({ uri }) => uri === hostname),
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
