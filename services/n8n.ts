import type { Service } from "./service";

/**
 * n8n. Its webhooks are called by machines that cannot log in: name those
 * paths in `openPaths`.
 *
 * @see https://docs.n8n.io/hosting/
 */
export const n8n: Service = {
  name: "n8n",
  pageText: "n8n",
  apiPath: "/healthz",
  webSocketPath: "/rest/push",
  containerUrl: "http://n8n:5678",
  localUrl: "http://localhost:5678",
};
