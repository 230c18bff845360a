import { z } from "zod/mini";
import { replacedRule, toRule } from "../providers/tunnel-route/route";
import type { ObjectValue } from "../terraform-plugin/value";
import type { Kinds } from "./change";
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

const policy = z.object({
  ...ruleSet,
  decision: text,
  session_duration: text,
  approval_required: flag,
});

const application = z.object({
  id: text,
  name: text,
  type: text,
  aud: text,
  domain: text,
  destinations: z.nullish(z.array(z.looseObject({ type: text, uri: text }))),
  self_hosted_domains: texts,
  policies: z.nullish(
    z.array(
      z.object({
        ...ruleSet,
        decision: text,
        precedence: z.nullish(z.number()),
        session_duration: text,
        approval_required: flag,
      }),
    ),
  ),
  allowed_idps: texts,
  auto_redirect_to_identity: flag,
  session_duration: text,
  service_auth_401_redirect: flag,
  options_preflight_bypass: flag,
  cors_headers: z.nullish(z.looseObject({})),
  read_service_tokens_from_header: text,
});

const serviceToken = z.object({
  id: text,
  name: text,
  client_id: text,
  duration: text,
  expires_at: text,
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
  }),
  z.transform((values) => ({
    id: values.id,
    tunnel_id: values.tunnel_id,
    hostname: values.hostname,
    ...(values.path && { path: values.path }),
    rule: toRule(values as ObjectValue),
    on_destroy: values.on_destroy === "remove" ? "remove" : "restore",
    replaced: replacedRule(values as ObjectValue),
  })),
);

const dnsRecord = z.pipe(
  z.object({
    id: z.string(),
    name: z.string(),
    type: z.string(),
    content: z.string(),
    proxied: flag,
  }),
  z.transform(({ proxied, ...values }) => ({
    ...values,
    name: values.name.toLowerCase(),
    content: values.content.toLowerCase(),
    proxied: proxied === true,
  })),
);

interface Kind {
  readonly name: keyof Kinds;
  readonly schema: z.ZodMiniType<Kinds[keyof Kinds]>;
}

/** What can be read of a plan, by Terraform's types. */
export const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries({
    cloudflare_zero_trust_access_application: {
      name: "application",
      schema: application,
    },
    cloudflare_zero_trust_access_policy: { name: "policy", schema: policy },
    cloudflare_zero_trust_access_group: {
      name: "group",
      schema: z.object(ruleSet),
    },
    cloudflare_zero_trust_access_service_token: {
      name: "service_token",
      schema: serviceToken,
    },
    cloudflare_zero_trust_access_identity_provider: {
      name: "login_method",
      schema: z.object({ id: text, name: text, type: text }),
    },
    tunnel_route: { name: "route", schema: route },
    cloudflare_dns_record: { name: "dns_record", schema: dnsRecord },
  } as Record<string, Kind>),
);

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
  "type",
]);
