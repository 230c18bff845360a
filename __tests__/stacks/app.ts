import { runInNewContext } from "node:vm";
import { AccessRule } from "../../constructs/access-rule";
import { TunnelRouteResource } from "../../constructs/tunnel-route-resource";
import { comfyui } from "../../services/comfyui";
import { n8n } from "../../services/n8n";
import { openWebui } from "../../services/open-webui";
import { loadSettings } from "../../settings";
import { AccessStacks } from "../../stacks/app";
import {
  IdentityStack,
  type IdentityStackProps,
} from "../../stacks/identity-stack";
import {
  ServiceStack,
  type ServiceStackProps,
} from "../../stacks/service-stack";

const SERVICES = { comfyui, n8n, openWebui };

/** What the app builds, handed to it as JSON in `STACKS_UNDER_TEST`. */
export interface Config {
  /** @default - the one of the settings */
  readonly loginMethod?: IdentityStackProps["loginMethod"];
  readonly groups?: IdentityStackProps["groups"];
  readonly loginMethods?: IdentityStackProps["loginMethods"];
  /** Open paths have the rules that they had before file names were let in. */
  readonly olderOpenPaths?: boolean;
  /** Services by their stacks' names. */
  readonly services: Readonly<Record<string, ServiceConfig>>;
}

export interface ServiceConfig extends Omit<
  Partial<ServiceStackProps>,
  "identity" | "service" | "allowed" | "required"
> {
  readonly service: keyof typeof SERVICES;
  readonly hostname: string;
  /** Props as `adopt` prints them, which are code and not JSON. */
  readonly written?: readonly string[];
}

if (require.main === module)
  AccessStacks.synthesize((app) => {
    const settings = loadSettings();
    const {
      groups,
      loginMethod = settings.loginMethod,
      loginMethods,
      olderOpenPaths,
      services,
    } = JSON.parse(process.env.STACKS_UNDER_TEST ?? "") as Config;
    const identity = new IdentityStack(app, "identity", {
      ...settings,
      loginMethod,
      loginMethods,
      groups,
    });
    for (const [id, { service, written, ...given }] of Object.entries(
      services,
    )) {
      const { allowedEmailDomains, allowedEmails } = settings;
      const props = writtenInto(
        { allowedEmailDomains, allowedEmails, ...given },
        written ?? [],
      );
      const stack = new ServiceStack(app, id, {
        ...settings,
        identity,
        loginMethod: loginMethod.name,
        serviceUrl: "http://caddy:80",
        ...props,
        service: SERVICES[service],
      });
      if (olderOpenPaths) useOlderPatterns(stack, props.openPaths);
    }
  });

/** What was printed, as it is in main.ts: some lists add to the one that is there. */
function writtenInto<P extends Partial<ServiceStackProps>>(
  given: P,
  lines: readonly string[],
): P {
  const names = lines.map((line) => line.slice(0, line.indexOf(":")));
  if (new Set(names).size < names.length)
    throw new Error(`A prop is printed twice: ${names.join(", ")}`);
  const added = runInNewContext(`({\n${lines.join("\n")}\n})`, {
    AccessRule,
  }) as Record<string, unknown>;
  const before = new Map(Object.entries(given));
  return {
    ...given,
    ...Object.fromEntries(
      Object.entries(added).map(([name, value]) => {
        const isMore = lines.some(
          (line) => line.startsWith(`${name}:`) && line.includes("in addition"),
        );
        return [
          name,
          isMore
            ? [before.get(name) ?? [], value].flat()
            : Array.isArray(value)
              ? [...(value as unknown[])]
              : value,
        ];
      }),
    ),
  };
}

/** Writes the open paths' rules as this project did at first. */
function useOlderPatterns(
  stack: ServiceStack,
  openPaths: readonly string[] = [],
): void {
  for (const path of openPaths)
    for (const construct of stack.node.findAll())
      if (
        construct instanceof TunnelRouteResource &&
        construct.node.path.includes(`${path.replaceAll("/", "__")}_route/`)
      )
        construct.addOverride("path", `^${path}(/[A-Za-z0-9_-]+)*$`);
}
