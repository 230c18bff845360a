import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { proxyRequest } from "../../../local/tunnel/to-origin";

test("drops an origin's answer that comes after the edge's own", async () => {
  let answerLate = () => {};
  const origin = createServer((_, response) => {
    answerLate = () => response.end("too late");
    origin.emit("asked");
  });
  await new Promise<void>((done) => origin.listen(0, "127.0.0.1", done));
  const { port } = origin.address() as AddressInfo;
  let passed: Promise<void> | undefined;
  const edge = createServer((request, response) => {
    passed = proxyRequest(
      {
        kind: "http",
        address: { host: "127.0.0.1", port },
        authority: "app",
        tls: undefined,
        hostHeader: undefined,
      },
      request,
      response,
      { host: "app.example.com" },
    );
    // Begun and not ended: the visitor is still there when the origin answers.
    origin.once("asked", () => {
      response.writeHead(524).write("error ");
      answerLate();
    });
    void passed.finally(() => response.end("code: 524")).catch(() => {});
  });
  await new Promise<void>((done) => edge.listen(0, "127.0.0.1", done));
  const text = await new Promise<string>((resolve, reject) => {
    get({ port: (edge.address() as AddressInfo).port }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.once("end", () => resolve(Buffer.concat(parts).toString()));
    }).once("error", reject);
  });
  expect(text).toBe("error code: 524");
  await expect(passed).resolves.toBeUndefined();
  for (const server of [edge, origin]) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});
