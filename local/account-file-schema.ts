import { z } from "zod";
import { goDuration } from "../base/duration";

/**
 * What an account file may say. Objects have Cloudflare's own shapes; what a
 * file leaves out gets the value that Cloudflare would give it. Open objects
 * keep keys that nothing here knows.
 */

const hexId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, "must be 32 hexadecimal digits");
const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "must be a UUID");
const time = z.iso.datetime();
const openObject = z.record(z.string(), z.json());
const rules = z.array(z.record(z.string(), openObject));

/** Left out: now. */
const made = { created_at: time.optional(), updated_at: time.optional() };

const organization = z
  .object({
    auth_domain: z
      .string()
      .regex(
        /^[a-z0-9-]+\.cloudflareaccess\.com$/,
        "must look like team.cloudflareaccess.com",
      ),
    name: z.string().min(1),
  })
  .catchall(z.json());

const zone = z.strictObject({
  id: hexId,
  name: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, "must be a domain"),
  status: z
    .enum(["active", "pending", "initializing", "moved"])
    .default("active"),
  /** Left out: this account. */
  account: z.strictObject({ id: hexId, name: z.string() }).optional(),
  type: z.enum(["full", "partial"]).default("full"),
  paused: z.boolean().default(false),
  name_servers: z.array(z.string()).optional(),
  plan: z.strictObject({ id: z.string(), name: z.string() }).optional(),
  created_on: time.optional(),
  modified_on: time.optional(),
  activated_on: time.nullable().optional(),
});

const dnsRecord = z.strictObject({
  id: hexId,
  zone_id: hexId,
  name: z.string().min(1),
  type: z.string().min(1),
  content: z.string().min(1),
  proxied: z.boolean().default(false),
  ttl: z.int().positive().default(1),
  comment: z.string().nullable().default(null),
  comment_modified_on: time.optional(),
  tags: z.array(z.string()).default([]),
  tags_modified_on: time.optional(),
  priority: z.int().optional(),
  /** What `content` says in one line, of SRV, CAA and their like. */
  data: openObject.optional(),
  settings: openObject.default({}),
  meta: openObject.default({}),
  created_on: time.optional(),
  modified_on: time.optional(),
});

const ingressRule = z
  .object({
    hostname: z.string().nullish(),
    path: z.string().nullish(),
    service: z.string().min(1),
    originRequest: openObject.nullish(),
  })
  .catchall(z.json());

const tunnel = z.strictObject({
  id: uuid,
  name: z.string().min(1),
  created_at: time.optional(),
  deleted_at: time.nullable().default(null),
  metadata: openObject.default({}),
  tunnel_secret: z.base64().optional(),
  /** Left out: never configured. */
  configuration: z
    .strictObject({
      version: z.int().positive(),
      source: z.enum(["cloudflare", "local"]).default("cloudflare"),
      config: z
        .object({ ingress: z.array(ingressRule).nullish() })
        .catchall(z.json())
        .nullable(),
      created_at: time.optional(),
    })
    .optional(),
  config_src: z.enum(["cloudflare", "local"]).default("cloudflare"),
  connectors: z
    .array(
      z.strictObject({
        id: uuid,
        version: z.string(),
        origin_ip: z.string(),
        opened_at: time.optional(),
      }),
    )
    .default([]),
  /** When the last connector left. Left out: none ever ran, or one does. */
  conns_inactive_at: time.optional(),
});

const identityProvider = z.strictObject({
  id: uuid,
  name: z.string(),
  type: z.string().min(1),
  config: openObject.default({}),
  client_secret: z.string().optional(),
  scim_config: openObject.optional(),
  version: z.string().optional(),
});

const group = z
  .object({
    id: uuid,
    name: z.string().min(1),
    include: rules.min(1),
    exclude: rules.default([]),
    require: rules.default([]),
    ...made,
  })
  .catchall(z.json());

const policy = z
  .object({
    id: uuid,
    name: z.string().min(1),
    decision: z.enum(["allow", "deny", "non_identity", "bypass"]),
    include: rules.min(1),
    exclude: rules.default([]),
    require: rules.default([]),
    session_duration: z.string().optional(),
    /** False: written inside the one application that lists it. */
    reusable: z.boolean().default(true),
    ...made,
  })
  .catchall(z.json());

const application = z
  .object({
    id: uuid,
    aud: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits")
      .optional(),
    name: z.string().min(1),
    type: z.string().default("self_hosted"),
    /** Left out: the first of `destinations`. */
    domain: z.string().min(1).optional(),
    /** Left out: `domain`. */
    destinations: z
      .array(
        z
          .object({
            type: z.string().default("public"),
            /** Of a private one: left out, as it is named otherwise. */
            uri: z.string().min(1).optional(),
          })
          .catchall(z.json()),
      )
      .min(1)
      .optional(),
    allowed_idps: z.array(uuid).default([]),
    /** Policies, each by its id, the first of which comes first, or with its precedence. */
    policies: z
      .array(z.union([uuid, z.strictObject({ id: uuid, precedence: z.int() })]))
      .default([]),
    session_duration: z.string().default("24h"),
    tags: z.array(z.string()).default([]),
    auto_redirect_to_identity: z.boolean().default(false),
    enable_binding_cookie: z.boolean().default(false),
    http_only_cookie_attribute: z.boolean().default(true),
    options_preflight_bypass: z.boolean().default(false),
    app_launcher_visible: z.boolean().default(true),
    ...made,
  })
  .catchall(z.json());

const serviceToken = z.strictObject({
  id: uuid,
  name: z.string().min(1),
  client_id: z
    .string()
    .regex(/^[0-9a-f]{32}\.access$/, "must be 32 hexadecimal digits + .access")
    .optional(),
  client_secret: z.string().optional(),
  duration: z
    .string()
    .refine(
      (text) => text === "forever" || goDuration(text) !== undefined,
      'must be a duration as "8760h", or "forever"',
    )
    .default("8760h"),
  /** Left out: the duration from now on. */
  expires_at: time.optional(),
  enabled: z.boolean().default(true),
  /** When it was used last. Left out: never. */
  last_seen_at: time.optional(),
  client_secret_version: z.int().positive().default(1),
  /** The secret before the last rotation, and until when it works. */
  previous_client_secret: z
    .strictObject({ value: z.string(), expires_at: time })
    .optional(),
  ...made,
});

const apiToken = z.strictObject({
  id: hexId,
  name: z.string(),
  value: z
    .string()
    .regex(/^[A-Za-z0-9_-]{40,}$/, "must be 40 or more of A-Z a-z 0-9 _ -"),
  status: z.enum(["active", "disabled", "expired"]).default("active"),
  owner: z.enum(["user", "account"]).default("user"),
  not_before: time.optional(),
  expires_on: time.optional(),
  permissions: z.array(z.string()),
});

const person = z.strictObject({
  email: z.email(),
  name: z.string().min(1),
  hosted_domain: z.string().optional(),
  member_of: z.array(hexId).optional(),
});

/** Someone who has logged in before. */
const user = z.strictObject({
  id: uuid,
  email: z.email(),
  name: z.string(),
  created_at: time,
  last_successful_login: time,
  idp: z.strictObject({ id: uuid, type: z.string() }).optional(),
});

const googleClient = z.strictObject({
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
  redirect_uris: z.array(z.url()),
});

/** What a rehearsal sets, as the settings of the same meaning do. */
const rehearsal = z.strictObject({
  zone: z.string().optional(),
  tunnel: z.string().optional(),
  login_method: z.string().optional(),
  /** Null: the stacks make no login method. */
  google_client_id: z.string().nullable().optional(),
  allowed_emails: z.array(z.email()).default([]),
  allowed_email_domains: z.array(z.string()).default([]),
  dns_records: z.enum(["create", "existing"]).optional(),
});

const switches = z.strictObject({
  unconfiguredTunnel: z.enum(["null", "not-found"]).optional(),
  noConfiguration: z.enum(["accept", "refuse"]).optional(),
  emptyOriginRequest: z.boolean().optional(),
  deleteUsedServiceToken: z.enum(["allow", "refuse"]).optional(),
  deleteUsedReference: z.enum(["allow", "refuse"]).optional(),
  clientSecretFormat: z.enum(["cfast", "hex"]).optional(),
  showUnsetPkce: z.boolean().optional(),
  selfHostedDomains: z.boolean().optional(),
  serviceAuth401: z.enum(["token", "always"]).optional(),
  urlNormalization: z.enum(["rfc3986", "cloudflare"]).optional(),
  largestBody: z.int().positive().optional(),
  longestWait: z.int().positive().optional(),
  invalidTokenStatus: z.literal([400, 401]).optional(),
});

/** @see ./accounts/guide.json for an example */
export const accountFileSchema = z.strictObject({
  account: z.strictObject({ id: hexId, name: z.string().min(1) }),
  /** Null: Zero Trust was never switched on. */
  organization: organization.nullable(),
  zones: z.array(zone).default([]),
  dns_records: z.array(dnsRecord).default([]),
  tunnels: z.array(tunnel).default([]),
  identity_providers: z.array(identityProvider).default([]),
  groups: z.array(group).default([]),
  policies: z.array(policy).default([]),
  applications: z.array(application).default([]),
  service_tokens: z.array(serviceToken).default([]),
  tags: z.array(z.string()).default([]),
  api_tokens: z.array(apiToken).default([]),
  people: z.array(person).default([]),
  users: z.array(user).default([]),
  google_clients: z.array(googleClient).default([]),
  /** Left out: the first zone, tunnel, Google client and person. */
  rehearsal: rehearsal.optional(),
  switches: switches.default({}),
});

/** A checked account file: what was left out has its default. */
export type AccountFile = z.infer<typeof accountFileSchema>;
/** As people write it: what has a default may be left out. */
export type AccountFileInput = z.input<typeof accountFileSchema>;
