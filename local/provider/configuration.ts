import { ProviderError, type Schema } from "../../terraform-plugin/provider";
import type { ObjectValue } from "../../terraform-plugin/value";
import { isOnLoopback } from "../loopback";
import type { ClientOptions } from "./client";

/** The environment variables that fill in for attributes. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** @see https://registry.terraform.io/providers/cloudflare/cloudflare/5.14.0/docs#schema */
export const CONFIGURATION: Schema = {
  attributes: {
    api_key: { type: "string", optional: true },
    api_token: { type: "string", optional: true },
    api_user_service_key: { type: "string", optional: true },
    base_url: { type: "string", optional: true },
    email: { type: "string", optional: true },
    user_agent_operator_suffix: { type: "string", optional: true },
  },
};

/** Attribute, environment variable and the header that carries it. */
const CREDENTIALS = [
  ["api_token", "CLOUDFLARE_API_TOKEN", "authorization"],
  ["api_key", "CLOUDFLARE_API_KEY", "x-auth-key"],
  ["email", "CLOUDFLARE_EMAIL", "x-auth-email"],
  [
    "api_user_service_key",
    "CLOUDFLARE_API_USER_SERVICE_KEY",
    "x-auth-user-service-key",
  ],
] as const;

/** Shapes that attributes are held to, and values of the environment are not. */
const SHAPES = [
  [
    "api_token",
    /[A-Za-z0-9-_]{40}/,
    "API tokens must be 40 characters long and only contain characters a-z, A-Z, 0-9, hyphens and underscores",
  ],
  [
    "api_key",
    /[0-9a-f]{37}/,
    "API key must be 37 characters long and only contain characters 0-9 and a-f (all lowercased)",
  ],
] as const;

/**
 * How to call the API: attributes win over the environment.
 *
 * @throws ProviderError for a malformed key or token, and for an address off
 * this machine: a stand-in has no business with a real account
 */
export function clientOptions(
  config: ObjectValue,
  environment: Environment,
  version: string,
): ClientOptions {
  for (const [attribute, shape, rule] of SHAPES) {
    const value = text(config[attribute]);
    if (value !== undefined && !shape.test(value))
      throw new ProviderError(
        "Invalid Attribute Value Match",
        `Attribute ${attribute} ${rule}, got: ${value}`,
        [attribute],
      );
  }
  const headers: Record<string, string> = {
    "user-agent": userAgent(
      version,
      text(config["user_agent_operator_suffix"]),
    ),
  };
  for (const [attribute, variable, header] of CREDENTIALS) {
    const value = text(config[attribute]) ?? environment[variable];
    if (value)
      headers[header] = attribute === "api_token" ? `Bearer ${value}` : value;
  }
  const baseUrl = text(config["base_url"]) ?? environment.CLOUDFLARE_BASE_URL;
  return { baseUrl: onLoopback(baseUrl), headers };
}

function onLoopback(baseUrl: string | undefined): string {
  if (isOnLoopback(baseUrl)) return baseUrl ?? "";
  throw new ProviderError(
    "This is a stand-in for the Cloudflare provider",
    `It works on a local Cloudflare only: base_url or CLOUDFLARE_BASE_URL must be an address of this machine, such as http://127.0.0.1:8080/client/v4, got ${JSON.stringify(baseUrl ?? null)}.`,
    ["base_url"],
  );
}

function userAgent(version: string, suffix: string | undefined): string {
  const name = `terraform-provider-cloudflare/${version} (local stand-in)`;
  return suffix === undefined ? name : `${name} ${suffix}`;
}

function text(value: ObjectValue[string] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
