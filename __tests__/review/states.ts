import type { Policy } from "../../access/model";
import type { IngressRule } from "../../ingress/rule";
import type { AccountState, Change, Plan } from "../../review/change";
import type { Finding } from "../../review/findings/finding";
import { reviewOf } from "../../review/review";

export const ZONE = "example.com";
export const TEAM = "team";
const TUNNEL = "11111111-2222-4333-8444-555555555555";
export const GOOGLE = { id: "google", name: "Google", type: "google" };
export const NOW = new Date("2026-11-24T12:00:00Z");

/** A host with its way to a service and who gets in. */
export interface Host {
  readonly host: string;
  /** @default "http://service:80" */
  readonly service?: string;
  /** Whether the route demands the JWT. @default - where there are policies */
  readonly checks?: boolean;
  /** Without any the host has no application. */
  readonly policies?: readonly Policy[];
  /** Of the application, below the host. @default - the whole host */
  readonly path?: string;
  readonly session?: string;
  /** @default "proxied" */
  readonly record?: "proxied" | "unproxied" | "none";
  /** @default - a rule for the host */
  readonly rule?: "none";
}

export function allow(...emails: string[]): Policy {
  const include = emails.map((email) => ({ email: { email } }));
  return {
    id: `allow ${emails.join()}`,
    name: "people",
    decision: "allow",
    include,
  };
}

export const serviceAuth = (tokenId: string): Policy => ({
  id: `auth ${tokenId}`,
  name: "machines",
  decision: "non_identity",
  include: [{ service_token: { token_id: tokenId } }],
});

export const bypass: Policy = {
  id: "bypass",
  name: "everyone",
  decision: "bypass",
  include: [{ everyone: {} }],
};

/** The account of some hosts. */
export function state(
  hosts: readonly Host[],
  more: Partial<AccountState> = {},
): AccountState {
  const rules = hosts.flatMap(
    ({
      checks,
      host,
      policies,
      rule,
      service = "http://service:80",
    }): IngressRule[] =>
      rule === "none"
        ? []
        : [
            {
              hostname: host,
              service,
              ...((checks ?? policies !== undefined) && {
                originRequest: {
                  access: {
                    required: true,
                    teamName: TEAM,
                    audTag: [`aud ${host}`],
                  },
                },
              }),
            },
          ],
  );
  return {
    access: {
      applications: hosts.flatMap(
        ({ host, path = "", policies, session = "24h" }) =>
          policies
            ? [
                {
                  id: `app ${host}${path}`,
                  aud: `aud ${host}`,
                  name: `App ${host}${path}`,
                  domain: host + path,
                  session_duration: session,
                  policies,
                },
              ]
            : [],
      ),
      policies: [],
      groups: [],
      identity_providers: [GOOGLE],
      service_tokens: [],
      organization: { auth_domain: `${TEAM}.cloudflareaccess.com` },
    },
    tokens: [],
    tunnels: [
      {
        id: TUNNEL,
        name: "home",
        rules: [...rules, { service: "http_status:404" }],
        source: "cloudflare",
      },
    ],
    records: hosts.flatMap(({ host, record = "proxied" }) =>
      record === "none"
        ? []
        : [
            {
              id: `record ${host}`,
              name: host,
              type: "CNAME",
              content:
                record === "proxied"
                  ? `${TUNNEL}.cfargotunnel.com`
                  : "server.elsewhere.test",
              proxied: record === "proxied",
            },
          ],
    ),
    zones: [ZONE],
    ...more,
  };
}

export function changeOf(
  before: readonly Host[],
  after: readonly Host[],
  plans: readonly Plan[] = [],
): Change {
  return { before: state(before), after: state(after), plans };
}

/** What a change is found to be, by id and subject. */
export function findingsOf(change: Change): string[] {
  return reviewOf(change, { now: NOW }).findings.map(named);
}

export function named({ id, severity, subject }: Finding): string {
  return `${severity} ${id}: ${subject}`;
}

/** The route of a host, as a plan of the stack `web` has it. */
export function routePlan(
  host: string,
  more: {
    readonly action?: "create" | "no-op";
    readonly replaced?: IngressRule | null;
    readonly onDestroy?: "restore" | "remove";
  } = {},
): Plan {
  return {
    stack: "web",
    unread: [],
    outputs: {},
    resources: [
      {
        stack: "web",
        address: "tunnel_route.web",
        kind: "route",
        action: more.action ?? "create",
        unknown: [],
        after: {
          id: `account/${TUNNEL}/${host}`,
          tunnel_id: TUNNEL,
          hostname: host,
          rule: { hostname: host, service: "http://service:80" },
          on_destroy: more.onDestroy ?? "restore",
          replaced: more.replaced ?? null,
        },
      },
      {
        stack: "web",
        address: "cloudflare_zero_trust_access_application.web",
        kind: "application",
        action: "no-op",
        unknown: [],
        after: { id: `app ${host}`, domain: host },
      },
    ],
  };
}
