import { DEFAULT_PROVIDER } from "../../base/provider-versions";
import type { Provider } from "../../terraform-plugin/provider";
import { CloudflareClient } from "./client";
import {
  clientOptions,
  CONFIGURATION,
  type Environment,
} from "./configuration";
import { DATA_SOURCES } from "./data-sources";
import { accessApplication } from "./resources/access-application";
import { accessGroup } from "./resources/access-group";
import { accessIdentityProvider } from "./resources/access-identity-provider";
import { accessPolicy } from "./resources/access-policy";
import { accessServiceToken } from "./resources/access-service-token";
import { dnsRecord } from "./resources/dns-record";
import { restDataSource } from "./rest-data-source";
import { restResource } from "./rest-resource";

const BINDINGS = "@cdktf/provider-cloudflare";

const RESOURCES = [
  accessApplication,
  accessGroup,
  accessIdentityProvider,
  accessPolicy,
  accessServiceToken,
  dnsRecord,
];

export interface CloudflareProviderOptions {
  /**
   * The environment of the `terraform` that uses the provider: a provider
   * attached to it runs in another process, and can't see its variables.
   */
  readonly environment: Environment;
  /**
   * Whose attributes it has, as far as stacks write them.
   *
   * @default "5.14.0"
   */
  readonly version?: string;
}

/**
 * A stand-in for the provider cloudflare/cloudflare, for machines without a
 * Terraform registry: the same schemas, calls, plans and messages for the types
 * that are used here. It works on a local Cloudflare only.
 */
export function cloudflareProvider(
  options: CloudflareProviderOptions,
): Provider<CloudflareClient> {
  const { environment, version = DEFAULT_PROVIDER } = options;
  const resources = RESOURCES.map((about) => [
    typeName(about.module),
    restResource(BINDINGS, about, version),
  ]);
  const dataSources = DATA_SOURCES.map((about) => [
    typeName(about.module.replace(/^data-cloudflare-/, "")),
    restDataSource(BINDINGS, about, version),
  ]);
  return {
    schema: CONFIGURATION,
    configure: async (config) =>
      new CloudflareClient(clientOptions(config, environment, version)),
    resources: Object.fromEntries(resources),
    dataSources: Object.fromEntries(dataSources),
  };
}

/** `dns-record` is `cloudflare_dns_record` in Terraform. */
function typeName(module: string): string {
  return `cloudflare_${module.replaceAll("-", "_")}`;
}
