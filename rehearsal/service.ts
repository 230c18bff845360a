import { existsSync } from "node:fs";
import { z } from "zod/mini";
import { synthesized } from "../base/synthesized";
import { synthesize, withDependencies } from "../deployment/stacks";
import type { Account } from "../local/account";
import {
  standInFor,
  type ForwardedOrigin,
  type OriginKind,
} from "../local/origins/start";
import { UsageError } from "../base/usage-error";
import { cast, serviceHost } from "./cast";
import { namedOtherwise } from "./other-names";
import type { OwnOrigin } from "./own-origin";
import { createWorkspace, type Workspace } from "./workspace";

/** The service whose life is rehearsed. */
export interface RehearsedService {
  /** Name of its stack. */
  readonly name: string;
  /** Stacks that are deployed for it, in this order. */
  readonly stacks: readonly string[];
  readonly hostname: string;
  /** The Host header by which Caddy knows it: `httpHostHeader` of the code or the tunnel, else the hostname. */
  readonly caddyHost: string;
  /** Text that its page shows. */
  readonly pageText: string;
  /** The app that synthesizes it. @default - that of cdktf.json */
  readonly app?: string;
  /** Where the tunnel leads, if that is no Caddy. */
  readonly straightTo?: string;
  /** What answers in its place; undefined: nothing here can. */
  readonly standIn?: OriginKind;
  /** Whom main.ts names and a copied account has by other names. @default - nobody */
  readonly namedOtherwise?: readonly string[];
  /** The user's own service in the place of a stand-in, and where it is. */
  readonly own?: ForwardedOrigin & { readonly url: string };
}

/** An app that makes one service by a preset's name. */
export interface Presets {
  readonly names: readonly string[];
  readonly app: (name: string, label: string) => string;
}

/** What main.ts is rehearsed with where nothing else is asked for. */
export function standInService(account: Account): RehearsedService {
  return {
    name: "comfyui",
    stacks: ["identity", "comfyui"],
    hostname: serviceHost(account),
    caddyHost: serviceHost(account),
    pageText: "ComfyUI",
    standIn: "comfyui",
  };
}

/**
 * All services of main.ts, as the settings in an account's file make it.
 *
 * @throws UsageError where it has none, and with what the app says of props
 */
export async function servicesOfMain(
  account: Account,
  signal?: AbortSignal,
): Promise<[RehearsedService, ...RehearsedService[]]> {
  const workspace = workspaceToSynthesize(account);
  try {
    const stacks = await synthesize({ env: workspace.env, signal });
    const ordered = withDependencies(stacks, [...stacks.keys()]);
    const others = namedOtherwise(
      ordered.map(({ dir }) => dir),
      account,
    );
    const [first, ...more] = ordered.flatMap(({ dir, name }) => {
      const planned = readPlanned(dir, account);
      return planned === undefined
        ? []
        : [
            {
              ...planned,
              name,
              stacks: ordered.map((stack) => stack.name),
              namedOtherwise: others,
            },
          ];
    });
    if (first) return [first, ...more];
    throw new UsageError("main.ts", ["it has no service to rehearse"]);
  } finally {
    workspace.remove();
  }
}

/** To look at what the app makes; a synth calls nobody. */
function workspaceToSynthesize(account: Account): Workspace {
  return createWorkspace({
    ...cast(account),
    accountId: account.id,
    apiUrl: "http://127.0.0.1:9",
    edge: { port: 0, caPem: "" },
  });
}

/**
 * Finds the service of an own origin in main.ts, else makes it by the preset of
 * its name.
 *
 * @throws UsageError where there is neither, and with what the app says of props
 */
export async function ownService(
  origin: OwnOrigin,
  account: Account,
  presets?: Presets,
  signal?: AbortSignal,
): Promise<RehearsedService> {
  const workspace = workspaceToSynthesize(account);
  try {
    const { service: name, url, address, tls } = origin;
    const look = (app?: string) =>
      synthesize({
        env: { ...workspace.env, ...(app && { CDKTF_APP: app }) },
        signal,
      });
    let app: string | undefined;
    let stacks = await look();
    if (!stacks.has(name)) {
      if (!presets?.names.includes(name)) throw unknown(name, stacks, presets);
      app = presets.app(name, freeLabel(name, account));
      stacks = await look(app);
    }
    const chosen = withDependencies(stacks, [name]);
    const planned = readPlanned(chosen.at(-1)?.dir ?? "", account);
    if (!planned) throw unknown(name, stacks, presets);
    const { caddyHost, hostname, names, pageText, straightTo } = planned;
    const { refusesCrossSite } = planned;
    refuseOtherScheme(origin, planned);
    return {
      name,
      stacks: chosen.map((stack) => stack.name),
      hostname,
      caddyHost,
      pageText,
      straightTo,
      app,
      own: { url, address, host: caddyHost, names, refusesCrossSite, tls },
    };
  } finally {
    workspace.remove();
  }
}

/**
 * The connector speaks to the service what its route says.
 *
 * @throws UsageError where the service speaks the other, or its authority's file is not here
 */
function refuseOtherScheme(
  { service, tls, url }: OwnOrigin,
  { caPool, straightTo = "http://caddy:80" }: Planned,
): void {
  const subject = `--origin ${service}=${url}`;
  if (/^(https|wss):/i.test(straightTo) !== tls)
    throw new UsageError(subject, [
      tls
        ? `the serviceUrl of ${service} is ${straightTo}, which is plain HTTP: write an https:// one into main.ts, such as "https://${service}:3443", or start the service without TLS`
        : `the serviceUrl of ${service} is ${straightTo}, which is HTTPS: write ${service}=https://… for a service that has a certificate`,
    ]);
  if (caPool !== undefined && !existsSync(caPool))
    throw new UsageError(subject, [
      `the connector trusts ${caPool} (origin.caPool), and this machine has no such file: here the connector runs on this machine, so put a copy there for the rehearsal`,
    ]);
}

/** A name below the zone whose host has no rule by hand, which would be tried too. */
function freeLabel(name: string, account: Account): string {
  const taken = new Set(
    [...account.tunnels.values()].flatMap(({ configuration }) =>
      (configuration.config?.ingress ?? []).map(({ hostname }) => hostname),
    ),
  );
  const { zone } = cast(account);
  return taken.has(`${name}.${zone}`) ? `my-${name}` : name;
}

type Planned = Pick<ForwardedOrigin, "names" | "refusesCrossSite"> &
  Pick<
    RehearsedService,
    "caddyHost" | "hostname" | "pageText" | "standIn" | "straightTo"
  > & {
    /** The file of authorities that the connector trusts for it. */
    readonly caPool?: string;
  };

const PLANNED = z.object({
  output: z.object({
    service: z.object({
      value: z.object({
        hostname: z.string(),
        page_text: z.string(),
        container_url: z.string(),
        local_url: z.string(),
        refuses_cross_site: z.optional(z.boolean()),
      }),
    }),
  }),
  resource: z.object({
    tunnel_route: z.record(
      z.string(),
      z.object({
        service: z.string(),
        origin_request: z.optional(
          z.object({
            http_host_header: z.optional(z.string()),
            ca_pool: z.optional(z.string()),
          }),
        ),
      }),
    ),
  }),
});

/** What a synthesized stack says of its service; undefined where it has none. */
function readPlanned(dir: string, account: Account): Planned | undefined {
  const { data } = PLANNED.safeParse(synthesized({ dir }));
  if (!data) return undefined;
  const { value } = data.output.service;
  const rules = Object.values(data.resource.tunnel_route);
  const [header = headerThere(value.hostname, account)] = rules.flatMap(
    ({ origin_request }) => origin_request?.http_host_header ?? [],
  );
  const [caPool] = rules.flatMap(
    ({ origin_request }) => origin_request?.ca_pool ?? [],
  );
  const routes = rules
    .map(({ service }) => service)
    // Caddy hands on what it gets.
    .filter((service) => !service.startsWith("http://caddy:"));
  return {
    hostname: value.hostname,
    caddyHost: header.replace(/:\d+$/, ""),
    pageText: value.page_text,
    refusesCrossSite: value.refuses_cross_site,
    straightTo: routes[0],
    caPool,
    standIn: standInFor({ containerUrl: value.container_url }),
    names: [
      hostAndPort(value.container_url),
      ...[value.local_url, ...routes].map(hostAndPort),
    ],
  };
}

/** The Host header that the service gets today, and by the stack's rule where the code says no other. */
function headerThere(hostname: string, account: Account): string {
  const { tunnel: name } = cast(account);
  const { config } =
    [...account.tunnels.values()].find((one) => one.name === name)
      ?.configuration ?? {};
  const rule = config?.ingress?.find(
    (one) => one.hostname === hostname && !one.path,
  );
  const [header] = [rule?.originRequest, config?.originRequest].flatMap(
    (settings) => settings?.httpHostHeader ?? [],
  );
  return String(header ?? hostname);
}

function hostAndPort(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

function unknown(
  name: string,
  stacks: ReadonlyMap<string, unknown>,
  presets?: Presets,
): UsageError {
  const none = presets
    ? `, and no preset has that name (${presets.names.join(", ")})`
    : "";
  return new UsageError(`--origin ${name}=…`, [
    `main.ts has no service "${name}" (its stacks: ${[...stacks.keys()].join(", ")})${none}: add it to main.ts, as in the README's "Add a service"`,
  ]);
}
