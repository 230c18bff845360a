import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { AccessApp } from "../constructs/access-app";
import { known } from "../constructs/faults";
import { literally } from "../constructs/literally";
import {
  SERVICE_OUTPUT,
  TOKENS_OUTPUT,
  type ServiceOutputs,
} from "../contract/service-outputs";
import { leadsStraight } from "../services/straight";
import { addPromises } from "./promises";
import type { ServiceStackProps } from "./service-stack-props";
import type { ServiceTokens } from "./service-tokens";

/** Writes the outputs by which commands know what was deployed. */
export function addServiceOutputs(
  scope: Construct,
  {
    allowedGroups,
    hostname,
    openPaths = [],
    promises = [],
    service,
    serviceUrl,
  }: ServiceStackProps,
  made: {
    readonly app: AccessApp;
    readonly teamName: string;
    readonly tokens: ServiceTokens["tokens"];
  },
): void {
  const outputs: ServiceOutputs = {
    service: {
      name: service.name,
      page_text: service.pageText,
      api_path: service.apiPath,
      web_socket_path: service.webSocketPath,
      local_url: service.localUrl,
      container_url: service.containerUrl,
      // Undefined, it adds nothing to the outputs of other services.
      refuses_cross_site: service.refusesCrossSite || undefined,
      hostname,
      aud: made.app.aud,
      access_app_id: made.app.accessAppId,
      team_name: made.teamName,
      open_paths: [...openPaths],
      environment: service.environment?.(hostname, {
        proxies: leadsStraight(known(serviceUrl) ?? "", service) ? 1 : 2,
      }),
      // The account's names, and no templates of Terraform.
      allowed_groups: allowedGroups?.map(literally),
    },
    service_tokens: made.tokens.map(({ held, name, paths, policy, store }) => ({
      name,
      id: policy.serviceTokenId,
      client_id: policy.clientId,
      client_secret: policy.clientSecret,
      expires_at: policy.expiresAt,
      store,
      google_client_id: held?.clientId,
      google_client_secret: held?.clientSecret,
      paths: paths && [...paths],
    })),
  };
  addPromises(scope, promises, made.tokens);
  new TerraformOutput(scope, SERVICE_OUTPUT, { value: outputs.service });
  new TerraformOutput(scope, TOKENS_OUTPUT, {
    sensitive: true,
    value: outputs.service_tokens,
  });
}
