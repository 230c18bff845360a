import type { Service } from "./service";

/**
 * Open WebUI.
 *
 * @see https://docs.openwebui.com/
 */
export const openWebui: Service = {
  name: "Open WebUI",
  pageText: "Open WebUI",
  apiPath: "/health",
  webSocketPath: "/ws/socket.io/?EIO=4&transport=websocket",
  containerUrl: "http://open-webui:8080",
  localUrl: "http://localhost:3000",
};
