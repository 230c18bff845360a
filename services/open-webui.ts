import type { Service } from "./service";

/**
 * Open WebUI.
 *
 * Tried with Open WebUI 0.12.4.
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
  limits: {
    largeBodies:
      "large documents and audio files hit it: upload them on its own host, or split them",
    lateAnswers:
      'its chat is not affected, as it streams; API calls without "stream": true are, if the model takes long',
  },
  ownLogin:
    "it asks people for a login of its own; WEBUI_AUTH_TRUSTED_EMAIL_HEADER=Cf-Access-Authenticated-User-Email takes Access's instead, from everybody who reaches it, so publish its port on 127.0.0.1 only",
};
