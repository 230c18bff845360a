import type { Service } from "./service";

/**
 * Jellyfin. Name the connector, or the Caddy before it, in Dashboard,
 * Networking, Known proxies: without, it takes the proxy for every viewer.
 * Its WebSocket (`/socket`) asks for its own login, and so is not tried.
 *
 * Cloudflare's terms let it limit hosts that serve mostly video from elsewhere
 * than its own products: read them before you stream through a tunnel.
 *
 * Seen in jellyfin/jellyfin v12.0-rc5 (c3ed1407): `Jellyfin.Server/Startup.cs`
 * (health), `Extensions/ApiServiceCollectionExtensions.cs` (KnownProxies); and
 * jellyfin/jellyfin-web: `src/index.html`.
 *
 * @see https://jellyfin.org/docs/general/post-install/networking/reverse-proxy/
 * @see https://www.cloudflare.com/service-specific-terms-application-services/
 */
export const jellyfin: Service = {
  name: "Jellyfin",
  pageText: "Jellyfin",
  apiPath: "/health",
  containerUrl: "http://jellyfin:8096",
  localUrl: "http://localhost:8096",
  environment: (hostname) => ({
    JELLYFIN_PublishedServerUrl: `https://${hostname}`,
  }),
  limits: {
    largeBodies: "not affected: media are put on its host, not uploaded",
    lateAnswers:
      "not affected: a transcoded stream begins with its first segment",
  },
  ownLogin:
    "it asks people for a login of its own and takes none from a proxy: both logins stay",
  apps: "Jellyfin's own apps, for phones and televisions, send no service token (jellyfin/jellyfin-ios#762, Swiftfin#1529): use WARP or a browser; Streamyfin sends custom headers (streamyfin#1961)",
};
