/** Looks like a real account's, and must be used nowhere. */
const REAL = {
  CLOUDFLARE_API_TOKEN: "Xq3realLookingApiTokenOfAnotherAccount00",
  CLOUDFLARE_API_KEY: "144c9defac04969c7bfad8efaa8ea194realk",
  CLOUDFLARE_API_USER_SERVICE_KEY: "v1.0-realLookingUserServiceKey",
  CLOUDFLARE_EMAIL: "owner@real-company.example",
  CLOUDFLARE_ACCOUNT_ID: "9a7806061c88ada191ed06f989cc3dac",
  CLOUDFLARE_BASE_URL: "https://api.real-company.example/client/v4",
  CLOUDFLARE_ZONE: "real-company.example",
  CLOUDFLARE_TUNNEL: "real-tunnel-of-the-company",
  GOOGLE_CLIENT_ID: "778899-realcompany.apps.googleusercontent.com",
  ACCESS_GOOGLE_PROJECT: "real-google-project",
  GOOGLE_OAUTH_ACCESS_TOKEN: "ya29.realLookingAccessToken",
  GOOGLE_APPLICATION_CREDENTIALS: "/real/google-credentials.json",
  TF_VAR_google_client_secret: "GOCSPX-realLookingClientSecret",
  TF_REATTACH_PROVIDERS: '{"real":"reattach"}',
  TF_CLI_ARGS: "-var=real_argument=1",
  TF_CLOUD_ORGANIZATION: "real-organization",
  ACCESS_ALLOWED_EMAILS: "ceo@real-company.example",
  ACCESS_LOGIN_METHOD: "Real login method",
  ACCESS_STATE_DIR: "/real/state",
  ACCESS_EDGE: "192.0.2.77:443",
  CDKTF_APP: "real-app",
  CDKTF_OUTPUT: "real-output",
} as const;

/** Leads whoever heeds it off this machine; 192.0.2.0/24 is for examples. */
const PROXIES = Object.fromEntries(
  ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy"].map(
    (name) => [name, "http://192.0.2.99:3128"],
  ),
);

export const HOSTILE_ENVIRONMENT: NodeJS.ProcessEnv = { ...REAL, ...PROXIES };

/** The values by which a use of them is known. */
export const REAL_VALUES: readonly string[] = Object.values(REAL);

/** The same as a `.env` has it, with other values. */
export const HOSTILE_FILE = Object.entries(REAL)
  .map(([name, value]) => `${name}='${value}-of-the-file'\n`)
  .join("");
