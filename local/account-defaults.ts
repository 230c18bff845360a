/** When a token ends that lasts forever: Cloudflare always says a time. */
export const NEVER = "9999-12-31T23:59:59Z";

/** What an organization has that nobody wrote. */
export const ORGANIZATION_DEFAULTS = {
  session_duration: "24h",
  login_design: {},
  is_ui_read_only: false,
  allow_authenticate_via_warp: false,
  auto_redirect_to_identity: false,
  strict_service_token_auth: false,
  deny_unmatched_requests: false,
};
