import type { Service } from "./service";

/** Open paths of Nextcloud, for a stack's `openPaths`: see docs/open-paths.md. */
export interface NextcloudPaths {
  /**
   * Files, calendars and contacts for programs that know WebDAV, CalDAV or
   * CardDAV. Nextcloud alone then asks for a password: have people make one for
   * each program (Settings, Security).
   */
  readonly dav: readonly string[];
  /**
   * Its own apps for desktops and phones: all of `dav`, and what they ask
   * besides: `/index.php/204`, without which Android's takes the network for
   * one with a login page and stops, and small pictures. They open a browser
   * for the login, whose page is below `/login/v2` and open too. Its styles and
   * Nextcloud's login are not: people log in to Access in that browser first.
   * Talk's calls and apps for Notes, Deck or News ask more (`/index.php/apps`).
   */
  readonly sync: readonly string[];
}

/**
 * Nextcloud. It answers 400 for a Host that is not among its trusted domains.
 * Pages shared by link load from everywhere in it: no list of paths opens them
 * alone.
 *
 * Seen in nextcloud/server: `status.php` of 0eebff15,
 * `remote.php` (resolveService: the names from before `dav` work on),
 * `core/Controller/ClientFlowLoginV2Controller.php`; nextcloud/android:
 * `AuthenticatorActivity.java` (login/v2), `ConnectivityServiceImpl` (204),
 * `ThumbnailsCacheManager.java` (thumbnail), its other apps (avatar,
 * core/preview); nextcloud/docker 4de1eed6: `README.md`,
 * `.config/reverse-proxy.config.php`.
 *
 * @see https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/reverse_proxy_configuration.html
 */
export const nextcloud: Service & NextcloudPaths = {
  name: "Nextcloud",
  pageText: "Nextcloud",
  apiPath: "/status.php",
  containerUrl: "http://nextcloud:80",
  localUrl: "http://localhost:8080",
  environment: (hostname) => ({
    NEXTCLOUD_TRUSTED_DOMAINS: hostname,
    OVERWRITEPROTOCOL: "https",
    OVERWRITECLIURL: `https://${hostname}`,
    TRUSTED_PROXIES: "172.16.0.0/12",
  }),
  limits: {
    largeBodies:
      "its parts of a large file are 100 MiB unless it is told otherwise: occ config:system:set files.chunked_upload.max_size --type integer --value 52428800 for the web page, maxChunkSize=50000000 in the desktop app's nextcloud.cfg",
    lateAnswers:
      "putting a very large file together from its parts hits it; the file is there nevertheless",
  },
  ownLogin:
    "it asks people for a login of its own; its app user_oidc takes one of an OpenID Connect provider",
  apps: "its apps log in by a browser and then call without it: open nextcloud.sync, or nextcloud.dav for calendars and contacts alone",
  dav: [
    "/remote.php/dav",
    "/remote.php/webdav",
    "/remote.php/caldav",
    "/remote.php/carddav",
    "/.well-known/caldav",
    "/.well-known/carddav",
  ],
  sync: [
    "/status.php",
    "/remote.php",
    "/ocs",
    "/login/v2",
    "/index.php/login/v2",
    "/index.php/204",
    "/index.php/avatar",
    "/index.php/core/preview",
    "/index.php/apps/files/api/v1/thumbnail",
    "/.well-known/caldav",
    "/.well-known/carddav",
  ],
};
