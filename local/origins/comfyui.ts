import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { WebSocket } from "ws";
import {
  answering,
  pathOf,
  readJson,
  sendJson,
  sendPage,
  type StandIn,
} from "./stand-in";

/**
 * ComfyUI's own page opens `/ws` and asks `/queue` as soon as it is loaded: a
 * login that lets the page through and stops either shows at once.
 */
const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>ComfyUI</title></head>
<body>
<h1>ComfyUI</h1>
<p>WebSocket: <output id="socket">connecting</output></p>
<p>Queue: <output id="queue">loading</output></p>
<script>
const show = (id, text) => { document.getElementById(id).value = text; };
const socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/ws");
socket.onmessage = ({ data }) => show("socket", JSON.parse(data).type);
socket.onerror = () => show("socket", "failed");
fetch("/queue")
  .then((answer) => answer.json())
  .then(({ queue_pending }) => show("queue", queue_pending.length + " waiting"))
  .catch(() => show("queue", "failed"));
</script>
</body>
</html>
`;

/** Bytes of the video that `/view` streams, and of each piece of it. */
const VIDEO_BYTES = 8 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;

/**
 * ComfyUI with the API of its AI-Dock image. What is queued stays in the queue:
 * nothing is drawn.
 *
 * @see https://docs.comfy.org/development/comfyui-server/comms_routes
 */
export function comfyui(): StandIn {
  const queue: [number, string, object][] = [];
  const sockets = new Set<WebSocket>();
  const status = (): string =>
    JSON.stringify({
      type: "status",
      data: { status: { exec_info: { queue_remaining: queue.length } } },
    });

  return {
    handle: answering({
      "GET /": (_request, response) => sendPage(response, PAGE),
      "GET /queue": (_request, response) =>
        sendJson(response, 200, { queue_running: [], queue_pending: queue }),
      "GET /ai-dock/api/queue-info": (_request, response) =>
        sendJson(response, 200, {
          queue_running: 0,
          queue_pending: queue.length,
        }),
      "GET /system_stats": (_request, response) =>
        sendJson(response, 200, {
          system: { os: "posix", comfyui_version: "stand-in" },
          devices: [],
        }),
      "GET /view": (_request, response) => {
        response.writeHead(200, { "content-type": "video/mp4" });
        return pipeline(Readable.from(pieces()), response).catch(leftEarly);
      },
      "POST /prompt": async (request, response) => {
        const body = await readJson(request);
        if (!isPrompt(body)) {
          sendJson(response, 400, {
            error: {
              type: "no_prompt",
              message: "No prompt provided",
              details: "No prompt provided",
              extra_info: {},
            },
            node_errors: {},
          });
          return;
        }
        const number = queue.length;
        const id = crypto.randomUUID();
        queue.push([number, id, body.prompt]);
        for (const socket of sockets) socket.send(status());
        sendJson(response, 200, { prompt_id: id, number, node_errors: {} });
      },
    }),

    accept: (request) =>
      pathOf(request) === "/ws"
        ? (socket) => {
            sockets.add(socket);
            socket.on("close", () => sockets.delete(socket));
            socket.send(status());
          }
        : undefined,
  };
}

function isPrompt(body: unknown): body is { prompt: object } {
  return (
    typeof body === "object" &&
    body !== null &&
    "prompt" in body &&
    typeof body.prompt === "object" &&
    body.prompt !== null
  );
}

function* pieces(): Generator<Buffer> {
  for (let sent = 0; sent < VIDEO_BYTES; sent += PIECE_BYTES)
    yield Buffer.alloc(PIECE_BYTES, "video ");
}

/** A viewer who leaves in the middle of a video is no fault. */
function leftEarly(error: NodeJS.ErrnoException): void {
  if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
}
