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
  limits: {
    largeBodies:
      "large documents and audio files meet it: upload them on its own host, or split them",
    lateAnswers:
      'its chat does not meet it, as it streams; calls of its API without "stream": true do where a model thinks for long',
  },
};
