import { z } from "zod/mini";
import { normalHost } from "../access/path-pattern";
import type { IngressRule } from "../ingress/rule";
import { parseJson, plain } from "../providers/tunnel-route/json";
import { replacedRule, toRule } from "../providers/tunnel-route/route";
import type { ObjectValue } from "../terraform-plugin/value";
import type { Kinds } from "./change";
import { EXISTING_APPLICATION } from "../base/existing-application";
import { TUNNEL_RECORD } from "../base/tunnel-record";
import { recordsIn } from "../providers/dns-record/former";
import { isObject } from "./references";

const text = z.nullish(z.string());
const flag = z.nullish(z.boolean());
const texts = z.nullish(z.array(z.string()));

/** One selector with its values. Plans have all others with null. */
const rule = z.pipe(
  z.record(z.string(), z.nullish(z.record(z.string(), z.unknown()))),
  z.transform((selectors) =>
    Object.fromEntries(
      Object.entries(selectors).flatMap(([key, values]) =>
        values ? [[key, values]] : [],
      ),
    ),
  ),
);
const rules = z.nullish(z.array(rule));
const ruleSet = {
  id: text,
  name: text,
  include: rules,
  require: rules,
  exclude: rules,
};

const mfa = z.looseObject({ mfa_disabled: flag });

const policy = z.object({
  ...ruleSet,
  decision: text,
  session_duration: text,
  approval_required: flag,
  approval_groups: z.nullish(
    z.array(
      z.object({
        approvals_needed: z.nullish(z.number()),
        email_addresses: texts,
        email_list_uuid: text,
      }),
    ),
  ),
  isolation_required: flag,
  purpose_justification_prompt: text,
  purpose_justification_required: flag,
  mfa_config: z.nullish(mfa),
});

const cors = z.looseObject({
  allow_all_origins: flag,
  allowed_origins: texts,
  allow_all_methods: flag,
  allowed_methods: texts,
  allow_all_headers: flag,
  allowed_headers: texts,
  allow_credentials: flag,
});

/** What bears on the safety of a login, and on no decision. */
const settings = {
  http_only_cookie_attribute: flag,
  same_site_cookie_attribute: text,
  path_cookie_attribute: flag,
  enable_binding_cookie: flag,
  allow_iframe: flag,
  skip_interstitial: flag,
  custom_deny_url: text,
  custom_non_identity_deny_url: text,
  custom_pages: texts,
};

const application = z.object({
  id: text,
  name: text,
  type: text,
  aud: text,
  domain: text,
  destinations: z.nullish(z.array(z.looseObject({ type: text, uri: text }))),
  self_hosted_domains: texts,
  policies: z.nullish(
    z.array(z.extend(policy, { precedence: z.nullish(z.number()) })),
  ),
  allowed_idps: texts,
  auto_redirect_to_identity: flag,
  session_duration: text,
  service_auth_401_redirect: flag,
  options_preflight_bypass: flag,
  cors_headers: z.nullish(cors),
  ...settings,
  read_service_tokens_from_header: text,
  allow_authenticate_via_warp: flag,
  mfa_config: z.nullish(mfa),
  oauth_configuration: z.nullish(z.looseObject({ enabled: flag })),
});

const serviceToken = z.object({
  id: text,
  name: text,
  client_id: text,
  duration: text,
  expires_at: text,
  enabled: flag,
  client_secret_version: z.nullish(z.number()),
  previous_client_secret_expires_at: text,
});

const route = z.pipe(
  z.looseObject({
    id: z.string(),
    tunnel_id: z.string(),
    hostname: z.string(),
    path: text,
    service: z.string(),
    on_destroy: text,
    replaced_rule: text,
    restored_rule: text,
  }),
  z.transform((values) => ({
    id: values.id,
    tunnel_id: values.tunnel_id,
    hostname: values.hostname,
    ...(values.path && { path: values.path }),
    rule: plain(toRule(values as ObjectValue)),
    on_destroy: values.on_destroy === "remove" ? "remove" : "restore",
    replaced: plain(replacedRule(values as ObjectValue)),
    ...(values.restored_rule && {
      restored: plain(parseJson(values.restored_rule) as IngressRule),
    }),
  })),
);

const dnsRecord = z.pipe(
  z.object({
    id: z.string(),
    name: z.string(),
    type: z.string(),
    content: z.string(),
    proxied: flag,
    previous: text,
  }),
  z.transform(({ previous, ...values }) => {
    const former = recordsIn(previous).map(normalRecord);
    return {
      ...normalRecord(values),
      ...(former.length > 0 && { previous: former }),
    };
  }),
);

function normalRecord(record: {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly proxied?: boolean | null;
}) {
  return {
    id: record.id,
    name: record.name.toLowerCase(),
    type: record.type,
    content: record.content.toLowerCase(),
    proxied: record.proxied === true,
  };
}

const loginMethod = z.object({
  id: text,
  name: text,
  type: text,
  config: z.nullish(z.record(z.string(), z.unknown())),
});

/** What Cloudflare has it as. */
const oneTimePin = z.pipe(
  z.looseObject({ id: text, name: text }),
  z.transform(({ id, name }) => ({ id, name, type: "onetimepin" })),
);

export interface Kind {
  readonly name: keyof Kinds;
  readonly schema: z.ZodMiniType<Kinds[keyof Kinds]>;
  /** Attributes that decide who reaches what. */
  readonly decides: ReadonlySet<string>;
  /** Attributes without a say in it. Any other one is not read. */
  readonly harmless: ReadonlySet<string>;
}

function kind(
  name: keyof Kinds,
  schema: z.ZodMiniType,
  decides: string,
  harmless: string,
): Kind {
  return {
    name,
    schema: schema as Kind["schema"],
    decides: new Set(decides.split(" ")),
    harmless: new Set(`${harmless} ${BOOKKEEPING}`.split(" ")),
  };
}

const BOOKKEEPING = "id name created_at updated_at created_on modified_on";

/** What can be read of a plan, by Terraform's types. */
export const KINDS: ReadonlyMap<string, Kind> = new Map([
  [
    "cloudflare_zero_trust_access_application",
    kind(
      "application",
      application,
      "account_id zone_id type domain destinations self_hosted_domains policies allowed_idps options_preflight_bypass cors_headers service_auth_401_redirect allow_authenticate_via_warp",
      "aud session_duration auto_redirect_to_identity read_service_tokens_from_header allow_iframe app_launcher_logo_url app_launcher_visible bg_color custom_deny_message custom_deny_url custom_non_identity_deny_url custom_pages enable_binding_cookie footer_links header_bg_color http_only_cookie_attribute landing_page_design logo_url mfa_config oauth_configuration path_cookie_attribute same_site_cookie_attribute skip_app_launcher_login_page skip_interstitial tags",
    ),
  ],
  [
    EXISTING_APPLICATION,
    kind(
      "application",
      z.extend(application, { former: z.nullish(application) }),
      "account_id app_id hostname settings policies allowed_idps document",
      "aud previous drift given policy_names session not_kept",
    ),
  ],
  [
    "cloudflare_zero_trust_access_policy",
    kind(
      "policy",
      policy,
      "account_id decision include require exclude",
      "session_duration approval_required approval_groups isolation_required mfa_config purpose_justification_prompt purpose_justification_required reusable app_count",
    ),
  ],
  [
    "cloudflare_zero_trust_access_group",
    kind(
      "group",
      z.object(ruleSet),
      "account_id zone_id include require exclude",
      "is_default",
    ),
  ],
  [
    "cloudflare_zero_trust_access_service_token",
    kind(
      "service_token",
      serviceToken,
      "account_id zone_id enabled",
      "client_id client_secret client_secret_version duration expires_at last_seen_at previous_client_secret_expires_at",
    ),
  ],
  [
    "cloudflare_zero_trust_access_identity_provider",
    kind("login_method", loginMethod, "account_id zone_id type config", ""),
  ],
  [
    "tunnel_one_time_pin",
    kind("login_method", oneTimePin, "account_id", "made"),
  ],
  [
    "tunnel_route",
    kind(
      "route",
      route,
      "account_id tunnel_id hostname path service origin_request kept_settings",
      "on_destroy replaced_rule existing_application application_id existing_applications drift claim new_applications restored_rule access_before",
    ),
  ],
  [
    TUNNEL_RECORD,
    kind(
      "dns_record",
      dnsRecord,
      "zone_id name type content proxied",
      "ownership made previous added drift",
    ),
  ],
  [
    "cloudflare_dns_record",
    kind(
      "dns_record",
      dnsRecord,
      "zone_id name type content proxied",
      "comment comment_modified_on data meta priority proxiable private_routing settings tags tags_modified_on ttl",
    ),
  ],
]);

/** Of applications, those that the review judges or that only link somewhere. */
const TYPES: ReadonlySet<string> = new Set([
  ...["self_hosted", "ssh", "vnc", "rdp", "mcp", "mcp_portal", "bookmark"],
]);

/** Records that say where a host is and that no request was followed through. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...["NS", "DNAME", "HTTPS", "SVCB"],
]);

/** What of a resource's values is of a kind that is not judged. */
export function notJudged(
  kind: keyof Kinds,
  { destinations, hostname, type }: Record<string, unknown>,
): string[] {
  if (kind === "route")
    return typeof hostname === "string" && hostname !== normalHost(hostname)
      ? [
          `the host ${hostname} is not written as requests name it: in lower case, without a port or a dot at the end`,
        ]
      : [];
  if (kind === "dns_record")
    return typeof type === "string" && ELSEWHERE.has(type)
      ? [`records of type ${type} are not read: they can lead a name elsewhere`]
      : [];
  if (kind !== "application") return [];
  const others = (Array.isArray(destinations) ? destinations : [])
    .map((one: unknown) =>
      isObject(one) ? String(one["type"] ?? "public") : "?",
    )
    .filter((type) => type !== "public");
  return [
    ...(typeof type === "string" && !TYPES.has(type)
      ? [`applications of type ${type} are not read`]
      : []),
    ...[...new Set(others)].map(
      (type) => `destinations of type ${type} are not read`,
    ),
  ];
}

/** Stands for a text that nobody can tell yet. */
export const NOT_KNOWN_TEXT = "(not known yet)";

/** A rule of which nothing can be told: whatever hangs on it is in doubt. */
const NOT_KNOWN = { not_known_yet: {} };

/**
 * The values of a resource in such a form that what nobody can tell yet leaves
 * decisions in doubt, where its mere absence would decide them.
 */
export function withDoubts(
  kind: keyof Kinds,
  values: Record<string, unknown>,
  unknown: readonly string[],
): Record<string, unknown> {
  if (kind === "policy" || kind === "group") {
    const lists = ["include", "require", "exclude"].map((name) => {
      const list = values[name];
      if (Array.isArray(list))
        return [name, list.map((rule: unknown) => rule ?? NOT_KNOWN)];
      return [name, unknown.includes(name) ? [NOT_KNOWN] : list];
    });
    return { ...values, ...Object.fromEntries(lists) };
  }
  if (kind === "route" && unknown.includes("origin_request"))
    return { ...values, origin_request: withDoubtfulAccess(values) };
  if (kind !== "application") return values;
  const doubts = unknown.filter(
    (name) =>
      BEARING.has(name) ||
      (name === "policies" && !values[name]) ||
      (name === "domain" && !values["destinations"]),
  );
  const { allowed_idps: idps, policies } = values;
  return {
    ...values,
    ...(Array.isArray(idps) && {
      allowed_idps: idps.filter((id: unknown) => typeof id === "string"),
    }),
    policies: [
      ...(Array.isArray(policies)
        ? policies.map((one: unknown) => (isObject(one) ? one : {}))
        : []),
      ...doubts.map((name) => ({ name: `(${name} is not known yet)` })),
    ],
  };
}

/** A demand for a JWT of which nobody can tell yet whose it is. */
function withDoubtfulAccess({
  origin_request: settings,
}: {
  readonly [name: string]: unknown;
}): object {
  const known = isObject(settings) ? settings : {};
  const access = isObject(known["access"]) ? known["access"] : {};
  const { aud_tag: tags, team_name: team } = access;
  return {
    ...known,
    access: {
      required: access["required"] ?? true,
      team_name: team ?? NOT_KNOWN_TEXT,
      aud_tag: Array.isArray(tags)
        ? tags.map((tag: unknown) => tag ?? NOT_KNOWN_TEXT)
        : [NOT_KNOWN_TEXT],
    },
  };
}

/** Attributes of an application that bear on who gets in. */
const BEARING: ReadonlySet<string> = new Set([
  "allowed_idps",
  "service_auth_401_redirect",
  "options_preflight_bypass",
  "cors_headers",
  "allow_authenticate_via_warp",
  "type",
]);
