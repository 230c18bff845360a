/** Where things are changed by hand. `:account` is Cloudflare's own: it asks which. */
export const PAGES = {
  apiTokens: "https://dash.cloudflare.com/profile/api-tokens",
  zones: "https://dash.cloudflare.com/?to=/:account",
  dnsRecords: "https://dash.cloudflare.com/?to=/:account/:zone/dns/records",
  zeroTrust: "https://one.dash.cloudflare.com/",
  applications:
    "https://one.dash.cloudflare.com/ (Access controls, Applications)",
  loginMethods:
    "https://one.dash.cloudflare.com/ (Integrations, Identity providers)",
  groups:
    "https://one.dash.cloudflare.com/ (Access controls, Policies, Rule groups)",
  serviceTokens:
    "https://one.dash.cloudflare.com/ (Access controls, Service credentials)",
  seats: "https://one.dash.cloudflare.com/ (Settings, Account, Plan)",
  organization:
    "https://one.dash.cloudflare.com/ (Access controls, Access settings)",
  tunnels: "https://one.dash.cloudflare.com/ (Networks, Connectors)",
  statusCodes:
    "https://developers.cloudflare.com/support/troubleshooting/http-status-codes/",
  googleClients: "https://console.cloud.google.com/apis/credentials",
  node: "https://nodejs.org/en/download",
  terraform: "https://developer.hashicorp.com/terraform/install",
} as const;
