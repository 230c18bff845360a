import { readPlannedService } from "../contract/service-outputs";
import type { CaddySite } from "../services/caddyfile";
import { leadsStraight } from "../services/straight";
import { UsageError } from "../base/usage-error";
import type { Values } from "./adoptable";
import { ownObjects, outputsOf } from "./own";
import type { Stack } from "./stacks";

/** A service of main.ts, as Caddy is to know it. */
export interface CaddyService extends CaddySite {
  /** The stack's name. */
  readonly name: string;
  readonly hostname: string;
  /** Where the tunnel leads. */
  readonly serviceUrl: string;
  /** Why it needs no site of Caddy, or can have none of ours. @default - it has one */
  readonly left?: string;
}

/** Reads the services of synthesized stacks, in the order of main.ts. */
export function caddyServices(stacks: Iterable<Stack>): CaddyService[] {
  const services = [...stacks].flatMap(serviceIn);
  const faults = faultsOf(services.filter(({ left }) => left === undefined));
  if (faults.length > 0) throw new UsageError("Services", faults);
  return services;
}

function serviceIn(stack: Stack): CaddyService[] {
  const route = ownObjects(stack, []).find(
    ({ type, values }) => type === "tunnel_route" && values.path === undefined,
  );
  const planned = readPlannedService(outputsOf(stack));
  if (!route || !planned) return [];
  const { hostname, origin_request, service } = route.values;
  const { http_host_header } = (origin_request ?? {}) as Values;
  const serviceUrl = String(service);
  const { port = "", protocol } = URL.canParse(serviceUrl)
    ? new URL(serviceUrl)
    : { protocol: "" };
  return [
    {
      name: stack.name,
      hostname: String(hostname),
      serviceUrl,
      host: String(http_host_header ?? hostname).replace(/:\d+$/, ""),
      port: Number(port || 80),
      upstream: planned.containerUrl,
      refusesCrossSite: planned.refusesCrossSite,
      left: leadsStraight(serviceUrl, planned)
        ? `the tunnel leads straight to ${serviceUrl}`
        : protocol === "http:"
          ? undefined
          : `the tunnel leads to ${serviceUrl}, and this file is for http only`,
    },
  ];
}

/** Caddy tells services apart by the Host header alone. */
function faultsOf(services: readonly CaddyService[]): string[] {
  return services.flatMap(({ host, name, port }, index) => {
    const earlier = services
      .slice(0, index)
      .find((one) => one.host === host && one.port === port);
    return [
      ...(earlier
        ? [
            `${earlier.name} and ${name} both reach Caddy with the Host header ${host}, and it can't tell them apart: leave httpHostHeader out of one`,
          ]
        : []),
      ...(/^[a-z0-9._-]+$/i.test(host)
        ? []
        : [
            `${name} has the httpHostHeader "${host}", which is no host of a Caddyfile: leave it out`,
          ]),
    ];
  });
}
