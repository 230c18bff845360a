import type { IncomingMessage } from "node:http";
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

/** The methods that each webhook takes, by its path below `/webhook/`. */
const WEBHOOKS: Readonly<Record<string, readonly string[]>> = {
  orders: ["GET", "POST"],
  "orders/paid": ["POST"],
};

const INACTIVE =
  "The workflow must be active for a production URL to run successfully. You can activate the workflow using the toggle in the top-right of the editor. Note that unlike test URL calls, production URL calls aren't shown on the canvas (only in the executions list)";

/**
 * n8n: its editor, which nobody has logged in to, and two webhooks that
 * machines call without a login.
 *
 * Compared with n8n 2.8.4 and 2.40.7: statuses and shapes of the answers. A WebSocket
 * without n8n's own cookie is opened and closed again.
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
          data: { versionCli: "2.8.4", pushBackend: "websocket" },
        }),
      "GET /rest/push": (_request, response) =>
        sendJson(response, 401, { status: "error", message: "Unauthorized" }),
      "* /webhook/*": (request, response) => {
        request.resume();
        const refusal = webhookRefusal(request);
        if (refusal === undefined)
          sendJson(response, 200, { message: "Workflow was started" });
        else sendJson(response, 404, { code: 404, ...refusal });
      },
    }),

    accept: (request) =>
      pathOf(request) === "/rest/push" ? (socket) => socket.close() : undefined,
  };
}

/** Why n8n does not start a workflow; undefined where it does. */
function webhookRefusal(request: IncomingMessage) {
  const { method = "GET" } = request;
  const path = pathOf(request).slice("/webhook/".length);
  const methods = WEBHOOKS[path];
  if (methods === undefined)
    return {
      message: `The requested webhook "${method} ${path}" is not registered.`,
      hint: INACTIVE,
    };
  return methods.includes(method)
    ? undefined
    : {
        message: `This webhook is not registered for ${method} requests. Did you mean to make a ${methods.join(" or ")} request?`,
      };
}
