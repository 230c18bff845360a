import type { Service } from "./service";

/** Open paths of Forgejo, for a stack's `openPaths`: see docs/open-paths.md. */
export interface ForgejoPaths {
  /**
   * Runners of Forgejo Actions, which log in by tokens of their own: jobs, and
   * artifacts of versions 3 and 4. A step that checks a repository out, or that
   * loads an action kept here, fetches `/OWNER/NAME` as git does, which no list
   * opens: give the runner the container's address (`http://forgejo:3000`)
   * where it is at home, or git in the job a service token
   * (`http.extraHeader`), else such steps end at Access's login.
   */
  readonly runners: readonly string[];
  /**
   * Container images and packages, for `docker pull` and package managers,
   * which send no headers of ours. Public ones are then for everybody.
   */
  readonly packages: readonly string[];
}

/**
 * Forgejo. It has no WebSocket.
 *
 * Git over HTTPS can't log in by a browser; it sends a service token with
 * `git config http.https://git.example.com/.extraHeader "CF-Access-Client-Id: …"`,
 * once more for the secret. Git over SSH does not come through this host.
 *
 * Seen in Forgejo 9.0.0-dev (5e777a43): `routers/web/web.go` (healthz,
 * `/user/events`), `routers/init.go` (`/v2`, `/api/packages`, `/api/actions`,
 * `/api/actions_pipeline`, ArtifactV4RouteBase; the same in a fork of 2026,
 * 12720fbf), `custom/conf/app.example.ini`.
 *
 * @see https://forgejo.org/docs/latest/admin/setup/reverse-proxy/
 */
export const forgejo: Service & ForgejoPaths = {
  name: "Forgejo",
  pageText: "Forgejo",
  apiPath: "/api/healthz",
  containerUrl: "http://forgejo:3000",
  localUrl: "http://localhost:3000",
  environment: (hostname, { proxies }) => ({
    FORGEJO__server__ROOT_URL: `https://${hostname}/`,
    FORGEJO__security__REVERSE_PROXY_LIMIT: String(proxies),
    FORGEJO__security__REVERSE_PROXY_TRUSTED_PROXIES: "172.16.0.0/12",
  }),
  limits: {
    largeBodies:
      "pushes, LFS files, packages and release files above 100 MB hit it: push them by SSH, or at home",
    lateAnswers:
      "migrations of large repositories go on in the background; a push with slow hooks hits it",
  },
  ownLogin:
    "it asks people for a login of its own; ENABLE_REVERSE_PROXY_AUTHENTICATION takes the name in a header instead, from everybody who reaches it, so never together with open paths",
  apps: "git, docker and runners can't log in by a browser: git sends a service token by http.extraHeader, for the others open forgejo.packages and forgejo.runners",
  runners: [
    "/api/actions",
    "/api/actions_pipeline",
    "/twirp/github.actions.results.api.v1.ArtifactService",
  ],
  packages: ["/v2", "/api/packages"],
};
