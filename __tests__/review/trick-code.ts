import type { Code } from "./code";
import { ZONE, type HostileSetting } from "./hostile";

export const APP = "cloudflare_zero_trust_access_application";
export const POLICY = "cloudflare_zero_trust_access_policy";
export const GROUP = "cloudflare_zero_trust_access_group";
export const TOKEN = "cloudflare_zero_trust_access_service_token";
export const METHOD = "cloudflare_zero_trust_access_identity_provider";
export const RECORD = "cloudflare_dns_record";
export const HOST = `app.${ZONE}`;
export const SERVICE = "http://one:80";

export const ADA = { email: { email: "ada@datacrew.space" } };
export const MALLORY = { email: { email: "mallory@example.net" } };
export const EVERYONE = { everyone: {} };

export type Sections = Readonly<
  Record<string, Readonly<Record<string, object>>>
>;

/** Writes the code of tricks on an account. */
export function writer(setting: () => HostileSetting) {
  const account = () => ({ account_id: setting().accountId });

  const rules = (include: readonly object[], more: object = {}) => ({
    ...account(),
    include,
    require: [],
    exclude: [],
    ...more,
  });

  const policy = (
    decision: string,
    include: readonly object[],
    more: object = {},
  ) => rules(include, { name: decision, decision, ...more });

  const app = (
    domain: string,
    policies: readonly string[] = ["people"],
    more: object = {},
  ) => ({
    ...account(),
    name: domain,
    type: "self_hosted",
    domain,
    session_duration: "24h",
    policies: policies.map((name, at) => ({
      id: `\${${POLICY}.${name}.id}`,
      precedence: at + 1,
    })),
    ...more,
  });

  const route = (hostname: string, more: object = {}) => ({
    ...account(),
    tunnel_id: setting().tunnelIds[0],
    hostname,
    service: SERVICE,
    on_destroy: "remove",
    ...more,
  });

  /** Demands the JWT of the application `app`. */
  const demanding = (required = true) => ({
    origin_request: {
      access: {
        required,
        team_name: setting().teamName,
        aud_tag: [`\${${APP}.app.aud}`],
      },
    },
  });

  const record = (name: string, more: object = {}, zone = ZONE) => ({
    zone_id: setting().zones.get(zone),
    name,
    type: "CNAME",
    content: `${setting().tunnelIds[0]}.cfargotunnel.com`,
    proxied: true,
    ttl: 1,
    ...more,
  });

  /** A guarded host and more; a name in a section replaces the one that is there. */
  function code(more: Sections = {}): Code {
    const all: Sections = {
      [METHOD]: {},
      [GROUP]: {},
      [TOKEN]: {},
      [POLICY]: {
        people: policy("allow", [ADA]),
        everyone: policy("bypass", [EVERYONE]),
      },
      [APP]: { app: app(HOST) },
      tunnel_route: { app: route(HOST) },
      [RECORD]: { app: record(HOST) },
    };
    return Object.fromEntries(
      Object.entries(all).map(([type, section]) => [
        type,
        { ...section, ...more[type] },
      ]),
    ) as Code;
  }

  return { account, rules, policy, app, route, demanding, record, code };
}
