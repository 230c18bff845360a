import { ProviderError, type Schema } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import { isOnLoopback } from "../loopback";
import type { Environment } from "../provider/configuration";
import type { GoogleClientOptions } from "./client";

/** The attributes that have to do with what is used here, of some two hundred. */
const SETTINGS = [
  "access_token",
  "billing_project",
  "credentials",
  "impersonate_service_account",
  "project",
  "quota_project",
  "region",
  "resource_manager_custom_endpoint",
  "secret_manager_custom_endpoint",
  "service_usage_custom_endpoint",
  "zone",
];

/** @see https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/guides/provider_reference */
export const CONFIGURATION: Schema = {
  attributes: {
    ...Object.fromEntries(
      SETTINGS.map((name) => [name, { type: "string", optional: true }]),
    ),
    add_terraform_attribution_label: { type: "bool", optional: true },
    user_project_override: { type: "bool", optional: true },
  },
};

const ENDPOINTS = {
  secretManager: "SECRET_MANAGER",
  serviceUsage: "SERVICE_USAGE",
  resourceManager: "RESOURCE_MANAGER",
} as const;

/**
 * How to call the APIs: attributes win over the environment.
 *
 * @throws ProviderError for an address off this machine, and where there is no
 * access token: a stand-in has no business with a real account
 */
export function clientOptions(
  config: ObjectValue,
  environment: Environment,
): GoogleClientOptions {
  const setting = (name: string, variable: string) => {
    const value = config[name];
    return typeof value === "string" ? value : environment[variable];
  };
  const endpoints = Object.fromEntries(
    Object.entries(ENDPOINTS).map(([api, name]) => {
      const attribute = `${name.toLowerCase()}_custom_endpoint`;
      const variable = `GOOGLE_${name}_CUSTOM_ENDPOINT`;
      const url = setting(attribute, variable);
      if (url === undefined || !isOnLoopback(url))
        throw new ProviderError(
          "This is a stand-in for the Google provider",
          `It works on a local Google only: ${attribute} or ${variable} must be an address of this machine, got ${JSON.stringify(url ?? null)}.`,
          [attribute],
        );
      return [api, url];
    }),
  ) as GoogleClientOptions["endpoints"];
  const accessToken = setting("access_token", "GOOGLE_OAUTH_ACCESS_TOKEN");
  if (!accessToken)
    throw new ProviderError(
      "Attempted to load application default credentials since neither `credentials` nor `access_token` was set in the provider block.",
      "No credentials loaded. To use your gcloud credentials, run 'gcloud auth application-default login'",
    );
  return {
    accessToken,
    endpoints,
    project: setting("project", "GOOGLE_PROJECT"),
    hasAttributionLabel: config["add_terraform_attribution_label"] !== false,
  };
}
