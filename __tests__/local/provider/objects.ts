import type { Workspace } from "./workspace";

/** One resource of each kind, as the stacks write them. */
export function everything(workspace: Workspace) {
  const account_id = workspace.accountId;
  return {
    zero_trust_access_identity_provider: {
      google: {
        account_id,
        name: "Google",
        type: "google",
        config: { client_id: "google-client", client_secret: "google-s3cret" },
      },
    },
    zero_trust_access_service_token: {
      cli: { account_id, name: "cli" },
    },
    zero_trust_access_group: {
      staff: {
        account_id,
        name: "Staff",
        include: [
          { email_domain: { domain: "datacrew.space" } },
          { email: { email: "grace@example.org" } },
        ],
      },
    },
    zero_trust_access_policy: {
      people: {
        account_id,
        name: "People",
        decision: "allow",
        session_duration: "12h",
        include: [
          { group: { id: "${cloudflare_zero_trust_access_group.staff.id}" } },
          { email: { email: "ada@datacrew.space" } },
        ],
      },
      machines: {
        account_id,
        name: "Machines",
        decision: "non_identity",
        include: [
          {
            service_token: {
              token_id: "${cloudflare_zero_trust_access_service_token.cli.id}",
            },
          },
        ],
      },
    },
    zero_trust_access_application: {
      comfyui: {
        account_id,
        name: "ComfyUI",
        type: "self_hosted",
        domain: "comfyui.datacrew.space",
        session_duration: "12h",
        allowed_idps: [
          "${cloudflare_zero_trust_access_identity_provider.google.id}",
        ],
        auto_redirect_to_identity: true,
        enable_binding_cookie: false,
        options_preflight_bypass: false,
        policies: [
          { id: "${cloudflare_zero_trust_access_policy.machines.id}" },
          { id: "${cloudflare_zero_trust_access_policy.people.id}" },
        ],
      },
    },
    dns_record: {
      made: {
        zone_id: workspace.zoneId,
        name: "made.datacrew.space",
        type: "CNAME",
        content: `${workspace.tunnelId}.cfargotunnel.com`,
        proxied: true,
        ttl: 1,
      },
    },
  };
}
