/**
 * What of each object goes into an account file; anything else is left out, as
 * nobody knows what is in it.
 */
export const FIELDS = {
  organization: [
    ...["auth_domain", "name", "session_duration", "login_design"],
    ...["is_ui_read_only", "ui_read_only_toggle_reason"],
    ...["allow_authenticate_via_warp", "auto_redirect_to_identity"],
    ...["strict_service_token_auth", "service_token_inactivity"],
    ...["deny_unmatched_requests"],
    "deny_unmatched_requests_exempted_zone_names",
    ...["custom_pages", "mfa_config", "mfa_required_for_all_apps"],
    ...["user_seat_expiration_inactive_time", "warp_auth_session_duration"],
    ...["created_at", "updated_at"],
  ],
  zones: [
    ...["id", "name", "status", "account", "type", "paused", "name_servers"],
    ...["plan", "created_on", "modified_on", "activated_on"],
  ],
  dns_records: [
    ...["id", "name", "type", "content", "proxied", "ttl", "comment"],
    ...["comment_modified_on", "tags", "tags_modified_on", "priority", "data"],
    ...["settings", "meta", "created_on", "modified_on"],
  ],
  tunnels: [
    ...["id", "name", "created_at", "metadata", "config_src"],
    "conns_inactive_at",
  ],
  identity_providers: [
    "id",
    "name",
    "type",
    "config",
    "scim_config",
    "version",
  ],
  /** `config` of a login method. */
  config: [
    ...["client_id", "apps_domain", "claims", "scopes", "email_claim_name"],
    ...["pkce_enabled", "prompt", "auth_url", "token_url", "certs_url"],
    ...["authorization_server_id", "okta_account", "onelogin_account"],
    ...["ping_env_id", "centrify_account", "centrify_app_id", "directory_id"],
    ...["support_groups", "conditional_access_enabled", "issuer_url"],
    ...["sso_target_url", "idp_public_certs", "attributes", "sign_request"],
    ...["email_attribute_name", "header_attributes", "enable_encryption"],
  ],
  scim_config: [
    ...["enabled", "identity_update_behavior", "seat_deprovision"],
    ...["user_deprovision", "group_member_deprovision"],
  ],
  groups: [
    ...["id", "name", "include", "exclude", "require", "is_default"],
    ...["created_at", "updated_at"],
  ],
  policies: [
    ...["id", "name", "decision", "include", "exclude", "require"],
    ...["session_duration", "reusable", "approval_required"],
    ...["approval_groups", "isolation_required"],
    ...["purpose_justification_required", "purpose_justification_prompt"],
    ...["connection_rules", "mfa_config", "created_at", "updated_at"],
  ],
  applications: [
    ...["id", "aud", "name", "type", "domain", "destinations", "allowed_idps"],
    ...["session_duration", "tags", "auto_redirect_to_identity"],
    ...["enable_binding_cookie", "http_only_cookie_attribute"],
    ...["options_preflight_bypass", "app_launcher_visible"],
    ...["allow_authenticate_via_warp", "allow_iframe", "cors_headers"],
    ...["custom_deny_message", "custom_deny_url", "custom_pages"],
    ...["custom_non_identity_deny_url", "eager_redirect_cookie_setting"],
    ...["logo_url", "mfa_config", "oauth_configuration"],
    ...["path_cookie_attribute", "read_service_tokens_from_header"],
    ...["same_site_cookie_attribute", "service_auth_401_redirect"],
    ...["skip_interstitial", "use_clientless_isolation_app_launcher_url"],
    ...["target_criteria", "app_launcher_logo_url", "bg_color"],
    ...["header_bg_color", "footer_links", "landing_page_design"],
    ...["skip_app_launcher_login_page", "created_at", "updated_at"],
  ],
  service_tokens: [
    ...["id", "name", "client_id", "duration", "expires_at", "enabled"],
    ...["last_seen_at", "created_at", "updated_at"],
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Follows from the rest, or means nothing in a copy. */
export const FOLLOWS: Readonly<Record<keyof typeof FIELDS, readonly string[]>> =
  {
    organization: ["trusted_accounts", "mfa_piv_key_requirements"],
    zones: [
      ...["cname_suffix", "development_mode", "meta", "original_dnshost"],
      ...["original_name_servers", "original_registrar", "owner"],
      ...["permissions", "tenant", "tenant_unit", "vanity_name_servers"],
      "verification_key",
    ],
    dns_records: ["proxiable", "zone_id", "zone_name", "locked"],
    tunnels: [
      ...["account_tag", "deleted_at", "connections", "conns_active_at"],
      ...["tun_type", "status", "remote_config"],
    ],
    identity_providers: ["uid", "created_at", "updated_at"],
    config: ["redirect_url"],
    scim_config: ["scim_base_url"],
    groups: ["uid"],
    policies: ["uid", "app_count", "precedence"],
    applications: ["uid", "policies", "self_hosted_domains"],
    service_tokens: [],
  };
