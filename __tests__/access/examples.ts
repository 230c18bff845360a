import type {
  Application,
  Organization,
  Policy,
  Rule,
} from "../../access/model";
import type { AccessRequest, Identity } from "../../access/request";

export const HOST = "comfyui.example.com";

export const GOOGLE = { id: "idp-google", type: "google" };
export const ONE_TIME_PIN = { id: "idp-pin", type: "onetimepin" };

export const everyone: Rule = { everyone: {} };
export const email = (address: string): Rule => ({ email: { email: address } });
export const country = (code: string): Rule => ({
  geo: { country_code: code },
});
export const token = (id: string): Rule => ({
  service_token: { token_id: id },
});
export const ip = (range: string): Rule => ({ ip: { ip: range } });

/** A policy by decision and include rules; its name is its decision unless given. */
export function policy(
  decision: string,
  include: Rule[],
  more: Partial<Policy> = {},
): Policy {
  return {
    id: `id-${more.name ?? decision}`,
    name: decision,
    decision,
    include,
    ...more,
  };
}

export function app(
  policies: Policy[],
  more: Partial<Application> = {},
): Application {
  return { id: "app", name: "ComfyUI", domain: HOST, policies, ...more };
}

export function person(
  address: string,
  more: Partial<Identity> = {},
): Identity {
  return { email: address, idp: GOOGLE, ...more };
}

/** A request of which everything is known: nobody, from a Portuguese address. */
export function request(more: Partial<AccessRequest> = {}): AccessRequest {
  return {
    host: HOST,
    path: "/",
    ip: "203.0.113.7",
    country: "PT",
    certificate: null,
    linkedAppToken: null,
    ...more,
  };
}

export const ALLOW = policy("allow", [email("ana@example.com")]);
export const SERVICE_AUTH = policy("non_identity", [token("t1")]);
export const BYPASS = policy("bypass", [everyone]);
export const ANA = person("ana@example.com");
export const BOB = person("bob@example.com");
export const T1 = { state: "valid", id: "t1" } as const;
export const T2 = { state: "valid", id: "t2" } as const;
export const WRONG = { state: "invalid", id: "t1" } as const;
export const STRICT: Organization = { strict_service_token_auth: true };
