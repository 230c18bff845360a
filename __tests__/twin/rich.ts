import type { AccountFileInput } from "../../local/account-file-schema";
import { fileByHand } from "../by-hand/accounts";

const MADE = {
  created_at: "2024-01-02T03:04:05Z",
  updated_at: "2025-01-02T03:04:05Z",
};
const id = (number: number) =>
  `dada0000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** A policy that a group, a claim and a domain decide. */
export const CREW = id(5);

type DnsRecord = NonNullable<AccountFileInput["dns_records"]>[number];

/** What no file may show. */
export const SECRETS = [
  "hunter2",
  "scim-secret-of-okta",
  "secret-of-the-account-token",
  "by-hand-only-service-token-secret",
  "real-google-client-secret",
  "real-cloudflare-token-0123456789-0123456789",
  "dHVubmVsLXNlY3JldA==",
  "k3y0fTh3WebhookThatNobodyKnows",
];

/** The guide's account by hand, in which everything is set that the API stores. */
export function richFile(): AccountFileInput {
  const file = fileByHand("CORS headers") as Required<AccountFileInput>;
  const [zone] = file.zones;
  const [tunnel] = file.tunnels;
  Object.assign(file.account, { name: "ada@datacrew.space's Account" });
  Object.assign(file.organization!, {
    ...MADE,
    session_duration: "12h",
    login_design: { header_text: "Ask Ada Crew", logo_path: "https://x/y.png" },
    strict_service_token_auth: true,
    deny_unmatched_requests: true,
    deny_unmatched_requests_exempted_zone_names: ["other.example"],
  });
  Object.assign(zone!, {
    type: "partial",
    paused: true,
    name_servers: ["zoe.ns.cloudflare.com"],
    plan: { id: "f".repeat(32), name: "Pro" },
    created_on: "2020-01-02T03:04:05Z",
    modified_on: "2021-01-02T03:04:05Z",
    activated_on: "2020-02-02T03:04:05Z",
  });
  file.zones.push({
    id: "e".repeat(32),
    name: "elsewhere.example",
    status: "pending",
    account: { id: "d".repeat(32), name: "Another" },
  });
  const record = (number: number, more: Omit<DnsRecord, "id" | "zone_id">) => ({
    id: `${number}`.padStart(32, "a"),
    zone_id: zone!.id,
    ...more,
  });
  file.dns_records.push(
    record(1, {
      name: "_dmarc.datacrew.space",
      type: "TXT",
      content: '"v=DMARC1; rua=mailto:Grace@Example.org!10m"',
      comment: "grace@example.org set this up",
      comment_modified_on: "2024-05-02T03:04:05Z",
      tags: ["mail"],
      tags_modified_on: "2024-06-02T03:04:05Z",
      created_on: "2023-01-02T03:04:05Z",
      modified_on: "2024-06-02T03:04:05Z",
    }),
    record(2, {
      name: "datacrew.space",
      type: "CAA",
      content: '0 issue "letsencrypt.org"',
      data: { flags: 0, tag: "issue", value: "letsencrypt.org" },
      settings: { ipv4_only: true },
      meta: { source: "primary" },
    }),
  );
  Object.assign(tunnel!, {
    created_at: "2023-02-02T03:04:05Z",
    metadata: { team: "media" },
    tunnel_secret: "dHVubmVsLXNlY3JldA==",
    conns_inactive_at: "2024-07-02T03:04:05Z",
  });
  Object.assign(tunnel!.configuration!, { created_at: "2024-08-02T03:04:05Z" });
  Object.assign(tunnel!.connectors![0]!, {
    origin_ip: "84.115.20.30",
    opened_at: "2024-09-02T03:04:05Z",
  });
  tunnel!.configuration!.config!.ingress!.unshift({
    hostname: "nas.datacrew.space",
    service: "http://nas:hunter2@nas.local:5000",
  });
  file.tunnels.push(
    { id: id(1), name: "reset", configuration: { version: 3, config: null } },
    { id: id(2), name: "on its host", config_src: "local" },
  );
  for (const one of file.google_clients)
    one.client_secret = "real-google-client-secret";
  file.identity_providers.push({
    id: id(3),
    name: "Okta of grace@example.org",
    type: "okta",
    config: {
      client_id: "okta-client",
      okta_account: "https://crew.okta.example",
      claims: ["groups"],
      pkce_enabled: true,
    },
    client_secret: "real-google-client-secret",
    scim_config: { enabled: true, seat_deprovision: true },
    version: "v7",
  });
  file.groups.push({
    id: id(4),
    name: "Crew",
    include: [
      { email_domain: { domain: "Datacrew.space" } },
      { email: { email: "Grace@example.org" } },
      { email: { email: "o'brien@partner.example" } },
      { ip: { ip: "84.115.20.30/32" } },
    ],
    exclude: [{ email: { email: "eve@gmail.com" } }],
    require: [
      { saml: { attribute_name: "hd", attribute_value: "datacrew.space" } },
    ],
    ...MADE,
  });
  file.policies.push({
    id: id(5),
    name: "Crew, asked first",
    decision: "allow",
    include: [
      { group: { id: id(4) } },
      { email_domain: { domain: "gmail.com" } },
    ],
    approval_required: true,
    approval_groups: [
      { email_addresses: ["ada@datacrew.space"], approvals_needed: 1 },
    ],
    purpose_justification_required: true,
    purpose_justification_prompt: "Why? Ask ada@datacrew.space",
    isolation_required: true,
    session_duration: "30m",
    ...MADE,
  });
  file.applications.push({
    id: id(6),
    aud: "ad".repeat(32),
    name: "Two places",
    destinations: [
      { type: "public", uri: "one.datacrew.space/admin" },
      { type: "public", uri: "two.datacrew.space" },
      { type: "private", cidr: "10.0.0.0/8", l4_protocol: "tcp" },
    ],
    allowed_idps: [id(99)],
    policies: [{ id: id(5), precedence: 7 }],
    tags: ["media"],
    enable_binding_cookie: true,
    custom_deny_message: "Ask Ada Crew or o'brien@partner.example",
    custom_deny_url:
      "https://www.datacrew.space/no?key=k3y0fTh3WebhookThatNobodyKnows",
    logo_url: "https://www.datacrew.space/logo.png",
    skip_interstitial: true,
    ...MADE,
  });
  file.tags = ["media", "unused"];
  file.service_tokens.push({
    id: id(7),
    name: "odd",
    duration: "24h30m",
    expires_at: "2027-01-02T03:04:05Z",
    last_seen_at: "2026-01-02T03:04:05Z",
    enabled: false,
    ...MADE,
  });
  file.users = [
    {
      id: id(8),
      email: "Ada@datacrew.space",
      name: "Ada Crew",
      created_at: "2024-01-02T03:04:05Z",
      last_successful_login: "2026-01-02T03:04:05Z",
    },
    {
      id: id(9),
      email: "visitor@elsewhere.example",
      name: "Vic Visitor",
      created_at: "2024-01-02T03:04:05Z",
      last_successful_login: "2026-01-02T03:04:05Z",
    },
  ];
  file.api_tokens[0]!.value = "real-cloudflare-token-0123456789-0123456789";
  return file;
}
