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
  /** Services by their stacks' names. */
  readonly services: Readonly<Record<string, ServiceConfig>>;
}

export interface ServiceConfig extends Omit<
  Partial<ServiceStackProps>,
  "identity" | "service" | "allowed" | "required"
> {
  readonly service: keyof typeof SERVICES;
  readonly hostname: string;
}

if (require.main === module)
  AccessStacks.synthesize((app) => {
    const settings = loadSettings();
    const {
      groups,
      loginMethod = settings.loginMethod,
      services,
    } = JSON.parse(process.env.STACKS_UNDER_TEST ?? "") as Config;
    const identity = new IdentityStack(app, "identity", {
      ...settings,
      loginMethod,
      groups,
    });
    for (const [id, { service, ...props }] of Object.entries(services))
      new ServiceStack(app, id, {
        ...settings,
        identity,
        loginMethod: loginMethod.name,
        serviceUrl: "http://caddy:80",
        ...props,
        service: SERVICES[service],
      });
  });
