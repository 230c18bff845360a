import type { Service } from "./service";

/**
 * Immich. Its shared links need most of its API, of which nothing tells them
 * apart: to share with people without a login, give immich-public-proxy a host
 * of its own instead of opening paths here.
 *
 * One login does for both with an OpenID Connect application of Access, which
 * this project does not make, in Immich's OAuth settings.
 *
 * Seen in immich-app/immich: `server/src/controllers/server.controller.ts` of
 * 06c83fa6, `web/src/app.html` of 0402600e, the gateway's path `/api/socket.io`.
 *
 * @see https://docs.immich.app/administration/reverse-proxy/
 */
export const immich: Service = {
  name: "Immich",
  // Of its styles: the name comes with its scripts.
  pageText: "immich",
  apiPath: "/api/server/ping",
  webSocketPath: "/api/socket.io/?EIO=4&transport=websocket",
  containerUrl: "http://immich-server:2283",
  localUrl: "http://localhost:2283",
  limits: {
    largeBodies:
      "videos hit it, as Immich uploads each file in one piece (immich-app/immich#567): upload them at home, or give them to its command line on the host",
    lateAnswers:
      "not affected: thumbnails, videos and faces are worked on in the background",
  },
  ownLogin: "it asks people for a login of its own, or of an OAuth provider",
  apps: "its apps send a service token: Settings, Advanced, Custom proxy headers, CF-Access-Client-Id and CF-Access-Client-Secret; a token of each person's own can be revoked alone",
};
