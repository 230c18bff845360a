import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { WebSocket } from "ws";
import { isRefused } from "./comfyui-guard";
import {
  answering,
  pathOf,
  readJson,
  sendJson,
  sendPage,
  sendText,
  type Answer,
  type Answers,
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

/** The largest body that is taken: `--max-upload-size`, which is 100 MB. */
const MOST_BYTES = 104_857_600;

export interface ComfyUiOptions {
  /**
   * Started with `--enable-cors-header` and this origin: it then refuses
   * nothing that comes from elsewhere.
   *
   * @default - started without
   */
  readonly corsHeader?: string;
}

/**
 * Plain ComfyUI. What is queued stays in the queue: nothing is drawn, and no
 * workflow is looked into.
 *
 * Compared with server.py at 002c3fb9 (2026, when comfyui_version.py said
 * 0.38.1) and at 0.3.64, and with a running 0.8.0: paths, statuses, headers of
 * the page and the shapes of the answers. What answers `/ws` without an upgrade,
 * 404, 405, 413 and 500 is aiohttp (3.14.5).
 *
 * @see https://docs.comfy.org/development/comfyui-server/comms_routes
 */
export function comfyui({ corsHeader }: ComfyUiOptions = {}): StandIn {
  const queue: QueueItem[] = [];
  const sockets = new Map<string, WebSocket>();
  const execInfo = () => ({ exec_info: { queue_remaining: queue.length } });
  const tellAll = () => {
    for (const socket of sockets.values())
      send(socket, "status", { status: execInfo() });
  };

  const routes: Answers = {
    "GET /": (_request, response) =>
      sendPage(response, PAGE, {
        "cache-control": "no-store, must-revalidate",
        pragma: "no-cache",
        expires: "0",
      }),
    "GET /ws": (_request, response) =>
      sendText(
        response,
        400,
        'No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".',
      ),
    "GET /queue": (_request, response) =>
      sendJson(response, 200, { queue_running: [], queue_pending: queue }),
    "GET /prompt": (_request, response) => sendJson(response, 200, execInfo()),
    "GET /history": (_request, response) => sendJson(response, 200, {}),
    "GET /history/*": (_request, response) => sendJson(response, 200, {}),
    "GET /features": (_request, response) => sendJson(response, 200, FEATURES),
    "GET /system_stats": (_request, response) =>
      sendJson(response, 200, {
        system: { os: "linux", comfyui_version: "0.38.1", argv: ["main.py"] },
        devices: [],
      }),
    "GET /view": (request, response) => {
      if (!queryOf(request).has("filename")) return notFound(request, response);
      response.writeHead(200, { "content-type": "video/mp4" });
      return pipeline(Readable.from(pieces()), response).catch(leftEarly);
    },
    "POST /upload/image": async (request, response) => {
      const image = (await readForm(request))?.get("image");
      if (!(image instanceof File)) sendText(response, 400, "");
      else
        sendJson(response, 200, {
          name: image.name,
          subfolder: "",
          type: "input",
        });
    },
    "POST /queue": async (request, response) => {
      const body = await readJson(request);
      if (typeof body !== "object" || body === null) {
        sendText(response, 500, SERVER_ERROR);
        return;
      }
      const removed = "delete" in body ? body.delete : [];
      const stays = (id: string) =>
        !("clear" in body && body.clear) &&
        !(Array.isArray(removed) && removed.includes(id));
      queue.splice(0, queue.length, ...queue.filter(([, id]) => stays(id)));
      tellAll();
      sendText(response, 200, "");
    },
    "POST /history": done,
    "POST /interrupt": done,
    "POST /free": done,
    "POST /prompt": async (request, response) => {
      const body = await readJson(request);
      if (typeof body !== "object" || body === null)
        sendText(response, 500, SERVER_ERROR);
      else if (!isPrompt(body)) sendJson(response, 400, NO_PROMPT);
      else {
        const number = queue.length;
        const id = crypto.randomUUID();
        queue.push([number, id, body.prompt, {}, []]);
        tellAll();
        sendJson(response, 200, { prompt_id: id, number, node_errors: {} });
      }
    },
  };
  const answers = { ...routes, ...belowApi(routes) };
  const answer = answering(answers, (request, response) =>
    noRoute(answers, request, response),
  );

  return {
    refuse: (request) =>
      corsHeader === undefined && isRefused(request) ? 403 : undefined,

    async handle(request, response) {
      if (corsHeader !== undefined)
        response.setHeader("access-control-allow-origin", corsHeader);
      if (request.method === "OPTIONS") sendText(response, 200, "");
      else if (Number(request.headers["content-length"]) > MOST_BYTES) {
        request.resume();
        sendText(
          response,
          413,
          `Maximum request body size ${MOST_BYTES} exceeded.`,
        );
      } else await answer(request, response);
    },

    accept: (request) =>
      ["/ws", "/api/ws"].includes(pathOf(request))
        ? (socket) => {
            const sid = queryOf(request).get("clientId") || newSid();
            sockets.set(sid, socket);
            socket.on("close", () => sockets.delete(sid));
            socket.once("message", (message) => {
              if (String(message).includes('"feature_flags"'))
                send(socket, "feature_flags", FEATURES);
            });
            send(socket, "status", { status: execInfo(), sid });
          }
        : undefined,
  };
}

/** Number, id, prompt, extra data, nodes to execute. */
type QueueItem = [number, string, object, object, string[]];

const FEATURES = {
  supports_preview_metadata: true,
  max_upload_size: MOST_BYTES,
};

const NO_PROMPT = {
  error: {
    type: "no_prompt",
    message: "No prompt provided",
    details: "No prompt provided",
    extra_info: {},
  },
  node_errors: {},
};

const SERVER_ERROR =
  "500 Internal Server Error\n\nServer got itself in trouble";

const notFound: Answer = (_request, response) =>
  sendText(response, 404, "404: Not Found");

const done: Answer = (request, response) => {
  request.resume();
  sendText(response, 200, "");
};

/** 405, as the frontend's files can be read at any path that is no route. */
function noRoute(
  answers: Answers,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume();
  if (request.method === "GET" || request.method === "HEAD") {
    sendText(response, 404, "404: Not Found");
    return;
  }
  const isRoute = `POST ${pathOf(request)}` in answers;
  response.setHeader("allow", isRoute ? "GET,HEAD,POST" : "GET,HEAD");
  sendText(response, 405, "405: Method Not Allowed");
}

/** Reads a request's multipart form; undefined where it is none. */
async function readForm(
  request: IncomingMessage,
): Promise<FormData | undefined> {
  const type = request.headers["content-type"] ?? "";
  const body = Readable.toWeb(request) as ReadableStream;
  try {
    return await new Response(body, {
      headers: { "content-type": type },
    }).formData();
  } catch {
    return undefined;
  }
}

/** Every route of the API answers below `/api` too. */
function belowApi(routes: Answers): Answers {
  return Object.fromEntries(
    Object.entries(routes).map(([route, answer]) => [
      route.replace(" /", " /api/"),
      answer,
    ]),
  );
}

function queryOf({ url = "" }: IncomingMessage): URLSearchParams {
  return new URLSearchParams(url.split("?")[1]);
}

function newSid(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

function send(socket: WebSocket, type: string, data: object): void {
  socket.send(JSON.stringify({ type, data }));
}

function isPrompt(body: object): body is { prompt: object } {
  return (
    "prompt" in body && typeof body.prompt === "object" && body.prompt !== null
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
