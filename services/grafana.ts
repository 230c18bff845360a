import type { Service } from "./service";

/** Open paths of Grafana, for a stack's `openPaths`: see docs/open-paths.md. */
export interface GrafanaPaths {
  /**
   * Dashboards that were shared with everybody, by their secret links, and the
   * scripts, styles, maps and plugins they load: all of `/public`, which
   * Grafana itself serves without a login.
   */
  readonly publicDashboards: readonly string[];
}

/**
 * Grafana. It compares the Origin of what changes something with the Host, so
 * leave `httpHostHeader` alone. Its WebSocket (`/api/live/ws`) asks for its own
 * login, and so is not tried.
 *
 * One login does for both with Access's JWT, in Grafana's environment:
 * `GF_AUTH_JWT_ENABLED=true`, `GF_AUTH_JWT_HEADER_NAME=Cf-Access-Jwt-Assertion`,
 * `GF_AUTH_JWT_EMAIL_CLAIM=email`, `GF_AUTH_JWT_USERNAME_CLAIM=email`,
 * `GF_AUTH_JWT_AUTO_SIGN_UP=true`,
 * `GF_AUTH_JWT_JWK_SET_URL=https://TEAM.cloudflareaccess.com/cdn-cgi/access/certs`
 * and `GF_AUTH_JWT_EXPECT_CLAIMS={"aud": "AUDIENCE"}`, without which the JWT of
 * any application of the account would do.
 *
 * Seen in grafana/grafana: `pkg/api/http_server.go` (apiHealthHandler),
 * `pkg/middleware/csrf/csrf.go` of 1df8b64e.
 *
 * @see https://grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-authentication/jwt/
 */
export const grafana: Service & GrafanaPaths = {
  name: "Grafana",
  pageText: "Grafana",
  apiPath: "/api/health",
  containerUrl: "http://grafana:3000",
  localUrl: "http://localhost:3000",
  environment: (hostname) => ({ GF_SERVER_ROOT_URL: `https://${hostname}/` }),
  comparesOrigin: "always",
  limits: {
    largeBodies: "not affected: dashboards and queries are small",
    lateAnswers:
      "slow queries of dashboards hit it: give the data source a timeout below 100 seconds, or the panel a shorter range",
  },
  ownLogin:
    "it asks people for a login of its own: let it take Access's JWT (GF_AUTH_JWT_…, services/grafana.ts)",
  publicDashboards: ["/public-dashboards", "/api/public/dashboards", "/public"],
};
