import { once } from "node:events";
import { WebSocket } from "ws";
import { aiDock } from "../../../local/origins/ai-dock";
import { serve, type Server } from "../../../local/origins/server";
import { startOrigins, type Origins } from "../../../local/origins/start";
import { ask, firstMessage } from "./support";

let origins: Origins;
beforeAll(async () => {
  origins = await startOrigins({ hosts: {}, caddy: false });
});
afterAll(() => origins.close());

test.each([
  ["comfyui:8188", "<title>ComfyUI</title>"],
  ["localhost:8188", "<title>ComfyUI</title>"],
  ["n8n:5678", "n8n"],
  ["localhost:5678", "n8n"],
  ["open-webui:8080", "<title>Open WebUI</title>"],
  ["localhost:3000", "<title>Open WebUI</title>"],
  ["nextcloud:80", "Welcome"],
  ["previews:8000", "Welcome"],
])("%s shows a page with %s", async (name, text) => {
  const answer = await ask(origins.network, name, "/");
  expect(answer.status).toBe(200);
  expect(answer.text).toContain(text);
});

test.each([
  ["comfyui:8188", "/queue?client=1", { queue_pending: [] }],
  ["comfyui:8188", "/api/queue", { queue_running: [] }],
  ["comfyui:8188", "/prompt", { exec_info: { queue_remaining: 0 } }],
  ["comfyui:8188", "/api/features", { max_upload_size: 104_857_600 }],
  ["comfyui:8188", "/system_stats", { devices: [] }],
  ["n8n:5678", "/healthz", { status: "ok" }],
  ["n8n:5678", "/rest/settings", { data: { pushBackend: "websocket" } }],
  ["n8n:5678", "/webhook/orders", { message: "Workflow was started" }],
  ["open-webui:8080", "/health", { status: true }],
  ["open-webui:8080", "/api/config", { name: "Open WebUI" }],
])("%s answers %s with JSON", async (name, path, wanted) => {
  const answer = await ask(origins.network, name, path);
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toMatchObject(wanted);
});

test.each([
  ["comfyui:8188", "/ws", '"type":"status"'],
  ["open-webui:8080", "/ws/socket.io/?EIO=4&transport=websocket", '0{"sid"'],
])("%s speaks first on the WebSocket %s", async (name, path, text) => {
  expect(await firstMessage(origins.network, name, path)).toContain(text);
});

test("refuses a WebSocket on another path", async () => {
  expect(await firstMessage(origins.network, "comfyui:8188", "/x")).toBe(404);
});

test.each(["/%71ueue", "/x/../queue", "/x/%2e%2e/queue"])(
  "%s is the queue, as to a web framework",
  async (path) => {
    const answer = await ask(origins.network, "comfyui:8188", path);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toHaveProperty("queue_pending");
  },
);

test.each(["//queue", "//", "/queue/", "/%", "/%ff"])(
  "%s is not",
  async (path) => {
    const answer = await ask(origins.network, "comfyui:8188", path);
    expect(answer.status).toBe(404);
  },
);

test("answers 404 on a path that the service does not have", async () => {
  const answer = await ask(origins.network, "comfyui:8188", "/nothing");
  expect(answer.status).toBe(404);
});

test.each([
  ["POST", "/webhook/orders/paid", 200, "Workflow was started"],
  ["GET", "/webhook/orders/paid", 404, "Did you mean to make a POST request?"],
  [
    "GET",
    "/webhook/unknown",
    404,
    'webhook \\"GET unknown\\" is not registered',
  ],
  ["GET", "/rest/push", 401, "Unauthorized"],
])("n8n answers %s %s with %d", async (method, path, status, text) => {
  const asking = { method, body: method === "POST" ? "{}" : undefined };
  const answer = await ask(origins.network, "n8n:5678", path, asking);
  expect(answer.status).toBe(status);
  expect(answer.text).toContain(text);
});

test("n8n opens a WebSocket without a login, and closes it", async () => {
  const { port } = origins.network.find("n8n:5678")!;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/rest/push?pushRef=a`);
  await once(socket, "open");
  expect(await once(socket, "close")).toEqual([1005, expect.anything()]);
});

describe("AI-Dock's image", () => {
  let port: number;
  const images: Server[] = [];
  async function start(...[options]: Parameters<typeof aiDock>) {
    const server = await serve(aiDock(options));
    images.push(server);
    ({ port } = server);
  }
  afterEach(() => Promise.all(images.splice(0).map((image) => image.close())));
  const open = (path: string) =>
    fetch(`http://127.0.0.1:${port}${path}`, { redirect: "manual" });

  test.each(["/", "/system_stats", "/ai-dock/api/queue-info"])(
    "leads %s to its own login by default",
    async (path) => {
      await start();
      const answer = await open(path);
      expect(answer.status).toBe(302);
      expect(answer.headers.get("location")).toBe(
        "http://localhost:1111/login",
      );
    },
  );

  test.each([
    ["2024", 500],
    ["2026", 200],
  ] as const)(
    "is ComfyUI without that login, with queue-info of %s: %d",
    async (wrapper, status) => {
      await start({ login: false, wrapper });
      expect((await open("/system_stats")).status).toBe(200);
      expect((await open("/ai-dock/api/queue-info")).status).toBe(status);
    },
  );
});

test("queues a prompt and tells every open page of it", async () => {
  const { port } = origins.network.find("comfyui:8188")!;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
  await once(socket, "message");
  const told = once(socket, "message");

  const answer = await ask(origins.network, "comfyui:8188", "/prompt", {
    method: "POST",
    body: JSON.stringify({ prompt: { 1: {} } }),
  });
  const id = (JSON.parse(answer.text) as { prompt_id: string }).prompt_id;
  const [message] = (await told) as [Buffer];
  socket.terminate();

  expect(String(message)).toContain('"queue_remaining":1');
  const queue = await ask(origins.network, "comfyui:8188", "/queue");
  expect(queue.text).toContain(id);
});

test.each([
  ["{}", 400, "no_prompt"],
  ["nonsense", 500, "Server got itself in trouble"],
])("answers the prompt %s with %d", async (body, status, text) => {
  const answer = await ask(origins.network, "comfyui:8188", "/prompt", {
    method: "POST",
    body,
  });
  expect(answer.status).toBe(status);
  expect(answer.text).toContain(text);
});

test("tells a page its id, or takes the one that it brings", async () => {
  const sid = async (path: string) => {
    const message = await firstMessage(origins.network, "comfyui:8188", path);
    return (JSON.parse(String(message)) as { data: { sid: string } }).data.sid;
  };
  expect(await sid("/ws")).toMatch(/^[0-9a-f]{32}$/);
  expect(await sid("/api/ws?clientId=mine")).toBe("mine");
});

describe("ComfyUI's guard", () => {
  const EVIL = { origin: "https://evil.example" };
  const CROSS = { "sec-fetch-site": "cross-site" };
  test.each([
    [403, "comfyui.example.com", CROSS],
    [200, "comfyui.example.com", { "sec-fetch-site": "same-site" }],
    [200, "comfyui.example.com", { "sec-fetch-site": "Cross-Site" }],
    [200, "comfyui.example.com", EVIL],
    [403, "localhost:8188", EVIL],
    [403, "127.0.0.1:8188", EVIL],
    [403, "[::1]:8188", EVIL],
    [403, "localhost:8188", { origin: "http://localhost:9000" }],
    [200, "localhost:8188", { origin: "http://localhost:8188" }],
    [200, "localhost", { origin: "http://localhost:9000" }],
    [200, "localhost:8188", { origin: "null" }],
    [200, "localhost:8188", {}],
  ])(
    "answers %d to %s with %j, on WebSockets too",
    async (status, host, headers) => {
      const asking = { host, headers };
      const answer = await ask(
        origins.network,
        "comfyui:8188",
        "/queue",
        asking,
      );
      expect(answer.status).toBe(status);
      const socket = await firstMessage(
        origins.network,
        "comfyui:8188",
        "/ws",
        host,
        headers,
      );
      expect(socket).toEqual(status === 403 ? 403 : expect.any(String));
    },
  );
});

test("streams a long video", async () => {
  const answer = await ask(origins.network, "comfyui:8188", "/view?filename=a");
  expect(answer.text).toHaveLength(8 * 1024 * 1024);
  expect(answer.headers["content-length"]).toBeUndefined();
});

test("knows no name that was not added", () => {
  expect(origins.network.find("localhost:80")).toBeUndefined();
  expect(origins.network.find("COMFYUI:8188")).toBeDefined();
});
