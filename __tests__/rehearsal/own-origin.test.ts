import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { readOwnOrigin } from "../../rehearsal/own-origin";

let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((_request, response) => response.end());
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => new Promise((done) => server.close(done)));

test.each(["127.0.0.1", "localhost", "127.1"])(
  "finds what listens at %s",
  async (host) => {
    expect(await readOwnOrigin(`wiki=http://${host}:${port}`)).toMatchObject({
      service: "wiki",
      address: { host: "127.0.0.1", port },
    });
  },
);

test("takes HTTPS, and says so", async () => {
  expect(await readOwnOrigin(`wiki=https://127.0.0.1:${port}`)).toMatchObject({
    service: "wiki",
    tls: true,
  });
});

test("finds what listens on IPv6's loopback only, by the name localhost", async () => {
  const six = createServer();
  const listens = await new Promise<boolean>((done) => {
    six.once("error", () => done(false));
    six.listen(0, "::1", () => done(true));
  });
  // A machine without IPv6 has no such service either.
  if (!listens) return;
  const { port } = six.address() as AddressInfo;
  try {
    expect(
      (await readOwnOrigin(`wiki=http://localhost:${port}`)).address,
    ).toEqual({ host: "::1", port });
  } finally {
    await new Promise((done) => six.close(done));
  }
});

test.each([
  ["comfyui", /name, = and its address: write comfyui=http:/],
  ["comfyui=", /follows the = is no address: write/],
  ["comfyui=127.0.0.1:8188", /write comfyui=http:\/\/127\.0\.0\.1:8188/],
  ["=http://127.0.0.1:8188", /name, = and its address/],
  ["wiki=ftp://127.0.0.1:8188", /only HTTP and HTTPS: write wiki=http:/],
  ["wiki=https://192.168.1.5:3443", /loopback.*: write wiki=https:/],
  ["comfyui=http://192.168.1.5:8188", /192\.168\.1\.5:8188 is not this/],
  ["comfyui=http://0.0.0.0:8188", /0\.0\.0\.0:8188 is not this machine's/],
  ["comfyui=http://comfyui.example.com", /is not this machine's loopback/],
  ["comfyui=http://localhost.example.com", /is not this machine's loopback/],
  ["comfyui=http://127.0.0.1.nip.io:8188", /is not this machine's loopback/],
  ["comfyui=http://127.0.0.1:8188/api", /only scheme, host and port/],
  ["comfyui=http://ann:secret@127.0.0.1:8188", /only scheme, host and port/],
  ["comfyui=http://127.0.0.1:1", /nothing answers at 127\.0\.0\.1:1 \(ECONN/],
])("refuses %s, and says what to write", async (text, message) => {
  const refused = await readOwnOrigin(text).catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: "UsageError" });
  expect((refused as Error).message).toMatch(message);
});

test("does not repeat a password that was put into the address", async () => {
  await expect(
    readOwnOrigin("comfyui=http://ann:secret@127.0.0.1:8188"),
  ).rejects.toThrow(expect.not.stringContaining("secret"));
});
