import type { Service } from "./service";

/**
 * code-server: VS Code in a browser, and with it a shell on the host. Start it
 * with `--auth none`, because Access asks for the login; then nothing but
 * Access is between the internet and that shell, so publish its port on
 * 127.0.0.1 only, or not at all, and let the connector demand the JWT.
 *
 * What runs behind its `/proxy/PORT` is behind Access too.
 *
 * Seen in coder/code-server 4.133 (88c2b743): `src/node/routes/health.ts`,
 * `src/node/routes/index.ts`, `src/node/http.ts` (authenticateOrigin: it honours
 * X-Forwarded-Host, which the connector and Caddy send).
 *
 * @see https://coder.com/docs/code-server/guide#external-authentication
 */
export const codeServer: Service = {
  name: "code-server",
  pageText: "code-server",
  apiPath: "/healthz",
  webSocketPath: "/healthz",
  containerUrl: "http://code-server:8080",
  localUrl: "http://localhost:8080",
  limits: {
    largeBodies:
      "its editor is not affected: files go in pieces through its WebSocket",
    lateAnswers:
      "its editor is not affected, as it works by WebSocket; what it forwards at /proxy is, if slow",
  },
  ownLogin:
    "it asks for a password of its own unless it is started with --auth none",
};
