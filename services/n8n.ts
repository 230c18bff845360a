import type { Service } from "./service";

/** Open paths of n8n, for a stack's `openPaths`: see docs/open-paths.md. */
export interface N8nPaths {
  /**
   * Webhooks of active workflows, for machines that cannot log in: what most
   * stacks need. Whoever knows a webhook's URL starts its workflow, unless its
   * node has an authentication of its own.
   */
  readonly webhooks: readonly string[];
  /**
   * Forms of active workflows, for guests: anyone may fill them in. Forms of
   * several pages go on below `/form-waiting`, which is in `waiting`.
   */
  readonly forms: readonly string[];
  /**
   * URLs at which a waiting execution goes on: the Wait node's, approvals sent
   * by mail or chat, further pages of a form. n8n 2.41 demands a random token
   * in them; to 2.8 the execution's number is enough for a Wait node, and
   * numbers can be counted through.
   */
  readonly waiting: readonly string[];
  /**
   * MCP Server Trigger nodes of active workflows, for AI clients: whoever may
   * call one uses its tools, so set an authentication on the node. n8n's own
   * server for all workflows, `/mcp-server`, is not opened.
   */
  readonly mcp: readonly string[];
  /**
   * The WebSocket by which a public chat goes on while its workflow waits for
   * the visitor (a Chat node that waits for an answer); the chat itself is a
   * webhook. n8n 2.41 demands the execution's random token, as for `waiting`.
   */
  readonly chat: readonly string[];
  /**
   * Webhooks, forms and MCP while somebody listens for a test in the editor: what is
   * sent is shown there. Open them for as long as you build.
   */
  readonly tests: readonly string[];
}

/**
 * n8n: what it opens to callers without login is a choice of the lists below.
 * `openPaths: n8n.webhooks` is the usual one, `[...n8n.webhooks,
 * ...n8n.forms]` another. They are the paths that n8n has by default; name your
 * own where you set `N8N_ENDPOINT_WEBHOOK` or one of its kind.
 *
 * Behind a tunnel n8n itself needs to be told, in its environment:
 *
 * - `WEBHOOK_URL=https://n8n.example.com/`, or it shows webhook URLs of
 *   `http://localhost:5678`;
 * - `N8N_PROXY_HOPS=1`, or it logs an error about `X-Forwarded-For` and takes
 *   the connector for the caller; 2 with the Caddy of `npm run caddyfile` between.
 *
 * Tried with n8n 2.8.4; what is said of 2.41 was seen in n8n 2.41.3 of npm:
 * `dist/abstract-server.js` (endpoints), `dist/chat/chat-server.js`,
 * `templates/form-trigger.handlebars`, which loads nothing of its host.
 *
 * @see https://docs.n8n.io/hosting/configuration/environment-variables/endpoints/
 */
export const n8n: Service & N8nPaths = {
  name: "n8n",
  pageText: "n8n",
  apiPath: "/healthz",
  webSocketPath: "/rest/push",
  containerUrl: "http://n8n:5678",
  localUrl: "http://localhost:5678",
  environment: (hostname, { proxies }) => ({
    WEBHOOK_URL: `https://${hostname}/`,
    N8N_PROXY_HOPS: String(proxies),
  }),
  limits: {
    largeBodies:
      "files sent to webhooks and forms hit it: send a link that the workflow fetches, or call it on its own host; n8n's own limit for webhooks is N8N_PAYLOAD_SIZE_MAX, 16 MB",
    lateAnswers:
      'webhooks that respond "When Last Node Finishes" hit it: respond "Immediately", or put a Respond to Webhook node before what takes long',
  },
  ownLogin: "it asks people for a login of its own: both logins stay",
  webhooks: ["/webhook"],
  forms: ["/form"],
  waiting: ["/webhook-waiting", "/form-waiting"],
  mcp: ["/mcp"],
  chat: ["/chat"],
  tests: ["/webhook-test", "/form-test", "/mcp-test"],
};
