import { ZERO_TRUST } from "../base/dashboard";

/** Zero Trust in the dashboard, and in its menu. */
const one = (...menu: string[]) =>
  `${ZERO_TRUST} (${["Zero Trust", ...menu].join(", ")})`;

/** Where things are changed by hand. `:account` is Cloudflare's own: it asks which. */
export const PAGES = {
  apiTokens:
    "https://dash.cloudflare.com/profile/api-tokens; for a token of the account https://dash.cloudflare.com/?to=/:account/api-tokens",
  zones: "https://dash.cloudflare.com/?to=/:account",
  dnsRecords: "https://dash.cloudflare.com/?to=/:account/:zone/dns/records",
  zeroTrust: one(),
  applications: one("Access controls", "Applications"),
  loginMethods: one("Integrations", "Identity providers"),
  groups: one("Access controls", "Policies", "Rule groups"),
  serviceTokens: one("Access controls", "Service credentials"),
  seats: one("Settings", "Account", "Plan"),
  organization: one("Access controls", "Access settings"),
  tunnels:
    "https://dash.cloudflare.com/?to=/:account/one/networks/connectors (Zero Trust, Networks, Connectors)",
  notifications:
    "https://dash.cloudflare.com/?to=/:account/notifications (Manage account, Notifications)",
  statusCodes:
    "https://developers.cloudflare.com/support/troubleshooting/http-status-codes/",
  googleClients: "https://console.cloud.google.com/apis/credentials",
  node: "https://nodejs.org/en/download",
  terraform: "https://developer.hashicorp.com/terraform/install",
} as const;
