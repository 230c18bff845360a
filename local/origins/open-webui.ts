import {
  answering,
  pathOf,
  sendJson,
  sendPage,
  type StandIn,
} from "./stand-in";

const NAME = "Open WebUI";

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${NAME}</title></head>
<body>
<h1>${NAME}</h1>
<p>WebSocket: <output id="socket">connecting</output></p>
<script>
const show = (text) => { document.getElementById("socket").value = text; };
const socket = new WebSocket(
  location.origin.replace(/^http/, "ws") + "/ws/socket.io/?EIO=4&transport=websocket",
);
socket.onmessage = () => show("open");
socket.onerror = () => show("failed");
</script>
</body>
</html>
`;

/**
 * Open WebUI. Its WebSocket is the first packet of engine.io and no more.
 *
 * @see https://docs.openwebui.com/
 * @see https://socket.io/docs/v4/engine-io-protocol/#handshake
 */
export function openWebui(): StandIn {
  return {
    handle: answering({
      "GET /": (_request, response) => sendPage(response, PAGE),
      "GET /health": (_request, response) =>
        sendJson(response, 200, { status: true }),
      "GET /api/config": (_request, response) =>
        sendJson(response, 200, {
          status: true,
          name: NAME,
          version: "stand-in",
          features: { auth: true, enable_signup: false },
        }),
    }),

    accept: (request) =>
      pathOf(request) === "/ws/socket.io/"
        ? (socket) =>
            socket.send(
              `0${JSON.stringify({
                sid: crypto.randomUUID(),
                upgrades: [],
                pingInterval: 25_000,
                pingTimeout: 20_000,
                maxPayload: 1_000_000,
              })}`,
            )
        : undefined,
  };
}
