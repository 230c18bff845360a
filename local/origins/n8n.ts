import {
  answering,
  pathOf,
  sendJson,
  sendPage,
  type StandIn,
} from "./stand-in";

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>n8n.io - Workflow Automation</title></head>
<body>
<h1>n8n</h1>
<p>Settings: <output id="settings">loading</output></p>
<script>
const show = (text) => { document.getElementById("settings").value = text; };
fetch("/rest/settings")
  .then((answer) => answer.json())
  .then(({ data }) => show("version " + data.versionCli))
  .catch(() => show("failed"));
</script>
</body>
</html>
`;

/**
 * n8n: its editor, and webhooks that machines call without a login. Every
 * webhook exists and starts a workflow that does nothing.
 *
 * @see https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-base.webhook/
 */
export function n8n(): StandIn {
  return {
    handle: answering({
      "GET /": (_request, response) => sendPage(response, PAGE),
      "GET /healthz": (_request, response) =>
        sendJson(response, 200, { status: "ok" }),
      "GET /rest/settings": (_request, response) =>
        sendJson(response, 200, {
          data: { versionCli: "stand-in", pushBackend: "websocket" },
        }),
      "* /webhook/*": (request, response) => {
        request.resume();
        sendJson(response, 200, {
          message: "Workflow was started",
          webhook: pathOf(request).slice("/webhook/".length),
        });
      },
    }),

    accept: (request) =>
      pathOf(request) === "/rest/push"
        ? (socket) => socket.send(JSON.stringify({ type: "heartbeat" }))
        : undefined,
  };
}
