import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { startOrigins, type Origins } from "../../../local/origins/start";

const HOST = "comfyui.example.com";
let service: Server;
let sockets: WebSocketServer;
const seen: (string | undefined)[] = [];

beforeAll(async () => {
  service = createServer((asked, response) => {
    seen.push(`${asked.method} ${asked.url} ${asked.headers.host}`);
    response.writeHead(asked.url === "/no" ? 404 : 200);
    response.end("the user's own");
  });
  sockets = new WebSocketServer({ server: service, path: "/ws" });
  sockets.on("connection", (socket) => socket.send("hello"));
  await new Promise<void>((done) => service.listen(0, "127.0.0.1", done));
});
afterAll(async () => {
  sockets.close();
  service.closeAllConnections();
  await new Promise((done) => service.close(done));
});
beforeEach(() => seen.splice(0));

const address = () => ({
  host: "127.0.0.1",
  port: (service.address() as AddressInfo).port,
});

describe.each([{ caddy: true }, { caddy: false }])(
  "a service in a stand-in's place (Caddy where there is one: $caddy)",
  ({ caddy }) => {
    let origins: Origins;
    beforeAll(async () => {
      origins = await startOrigins({
        hosts: { [HOST]: "comfyui", "n8n.example.com": "n8n" },
        caddy,
        forwarded: {
          address: address(),
          host: HOST,
          names: ["comfyui:8188", "localhost:8188"],
        },
      });
    });
    afterAll(() => origins.close());

    const ask = async (name: string, path: string, host = HOST) => {
      const at = origins.network.find(name);
      return new Promise<{ status?: number; text: string }>((done, failed) => {
        const asked = request({ ...at, path, headers: { host } }, (answer) => {
          let text = "";
          answer.on("data", (data) => (text += String(data)));
          answer.on("end", () => done({ status: answer.statusCode, text }));
        });
        asked.on("error", failed);
        asked.end();
      });
    };

    test("gets what Caddy gets for its host, path and Host as they came", async () => {
      const { status, text } = await ask("caddy:80", "/a%2Fb?c=d");
      expect([status, text]).toEqual([200, "the user's own"]);
      expect(seen).toEqual([`GET /a%2Fb?c=d ${HOST}`]);
    });

    test("answers by each of its names, with its own status", async () => {
      for (const name of ["comfyui:8188", "localhost:8188"])
        expect(await ask(name, "/no")).toMatchObject({ status: 404 });
    });

    test("takes WebSockets", async () => {
      const { host, port } = origins.network.find("caddy:80")!;
      const socket = new WebSocket(`ws://${host}:${port}/ws`, {
        headers: { host: HOST },
      });
      const said = await new Promise((done, failed) => {
        socket.once("message", (data) => done(String(data)));
        socket.once("error", failed);
      });
      socket.terminate();
      expect(said).toBe("hello");
    });

    test("leaves other hosts their stand-ins", async () => {
      const { text } = await ask("caddy:80", "/", "n8n.example.com");
      expect(text).toContain("n8n");
      expect(seen).toEqual([]);
    });
  },
);

test("a service that is gone is a 502", async () => {
  const origins = await startOrigins({
    hosts: {},
    caddy: false,
    forwarded: {
      address: { host: "127.0.0.1", port: 1 },
      host: HOST,
      names: ["comfyui:8188"],
    },
  });
  try {
    const { host, port } = origins.network.find("comfyui:8188")!;
    expect((await fetch(`http://${host}:${port}/`)).status).toBe(502);
  } finally {
    await origins.close();
  }
});
