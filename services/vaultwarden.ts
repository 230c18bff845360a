import type { Service } from "./service";

/** Open paths of Vaultwarden, for a stack's `openPaths`: see docs/open-paths.md. */
export interface VaultwardenPaths {
  /**
   * What Bitwarden's apps and browser extensions call. Only the master password
   * and the second factor, where one is set, then keep people out of a vault;
   * the web vault and `/admin` stay behind Access. So do the pages that apps
   * open in a browser for security keys, Duo and SSO (`/*-connector.html` of
   * the web vault): people log in to Access there first.
   */
  readonly clients: readonly string[];
}

/**
 * Vaultwarden. Its WebSocket for people asks for its own login; the one that is
 * tried here is that of logins by another device.
 *
 * A Send is read by the web vault at `/`, so no path opens it alone.
 *
 * Seen in dani-garcia/vaultwarden 1.37.2 (46d71107): `src/main.rs` (mounts and
 * limits), `src/api/web.rs` (alive, attachments, app-id.json,
 * apple-app-site-association), `src/db/models/attachment.rs` (the URL that
 * clients are given), `src/api/notifications.rs`, `.env.template`.
 *
 * @see https://github.com/dani-garcia/vaultwarden/wiki/Proxy-examples
 */
export const vaultwarden: Service & VaultwardenPaths = {
  name: "Vaultwarden",
  pageText: "Vaultwarden",
  apiPath: "/alive",
  webSocketPath: "/notifications/anonymous-hub?token=probe",
  containerUrl: "http://vaultwarden:80",
  localUrl: "http://localhost:8000",
  environment: (hostname) => ({
    DOMAIN: `https://${hostname}`,
    IP_HEADER: "CF-Connecting-IP",
  }),
  limits: {
    largeBodies:
      "attachments and Sends above 100 MB hit it, its own limit is 525 MB: upload them at home",
    lateAnswers:
      "not affected: it keeps what the apps have encrypted, and answers at once",
  },
  ownLogin:
    "it asks people for their master password, which decrypts the vault: that stays, whatever SSO_ENABLED says",
  apps: "Bitwarden's released apps and extensions send no service token (bitwarden/android#7226 and bitwarden/ios#2925 would): open vaultwarden.clients, or use WARP",
  clients: [
    "/api",
    "/identity",
    "/icons",
    "/notifications",
    "/events",
    "/attachments",
    "/app-id.json",
    "/.well-known/apple-app-site-association",
  ],
};
