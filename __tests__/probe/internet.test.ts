import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { WebSocketServer } from "ws";
import { certificateAuthority } from "../../local/edge/certificate-authority";
import { internet } from "../../probe/internet";

/** A host with a service, and the connections that were made to it. */
async function host() {
  const authority = await certificateAuthority();
  const connections: { readonly resumed: boolean }[] = [];
  const targets: string[] = [];
  const server = createServer({
    SNICallback: (name, done) =>
      void authority.contextFor(name).then((context) => done(null, context)),
  });
  server.on("request", (req, res) => {
    targets.push(req.url ?? "");
    res.end("a page");
  });
  server.on("secureConnection", (socket: TLSSocket) => {
    connections.push({ resumed: socket.isSessionReused() });
  });
  new WebSocketServer({ server }).on("connection", (socket) =>
    socket.send("hello"),
  );
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const locate = jest.fn(async () => ({ address: "127.0.0.1", port }));
  const asked = internet({ ca: authority.certificate, locate });
  return {
    ...asked,
    locate,
    connections,
    targets,
    async close() {
      await asked.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

test("a WebSocket takes over a kept connection, and the next one goes on with its TLS session", async () => {
  const { ask, close, connections, openSocket } = await host();
  try {
    await ask("https://a.example.com/");
    await ask("https://a.example.com/");
    const opened = await openSocket("wss://a.example.com/ws", {});
    expect(opened).toMatchObject({ opened: true, message: "hello" });
    expect(connections).toEqual([{ resumed: false }]);
    await ask("https://a.example.com/");
    expect(connections).toEqual([{ resumed: false }, { resumed: true }]);
    // No host's certificate stands for another's.
    await ask("https://b.example.com/");
    expect(connections[2]).toEqual({ resumed: false });
  } finally {
    await close();
  }
});

test("a certificate is that of a connection which was made for a request, once", async () => {
  const { ask, certificate, close, locate } = await host();
  try {
    const asked = ask("https://a.example.com/");
    const found = await certificate("a.example.com");
    await asked;
    expect(found).toMatchObject({ names: ["a.example.com"], fault: undefined });
    expect(locate).toHaveBeenCalledTimes(1);
    expect(await certificate("a.example.com")).toEqual(found);
    expect(locate).toHaveBeenCalledTimes(2);
  } finally {
    await close();
  }
});

test("a certificate that no request would take is looked at all the same", async () => {
  const { close, locate } = await host();
  const shown = internet({ locate });
  try {
    const asked = shown.ask("https://a.example.com/");
    const looked = shown.certificate("a.example.com");
    await expect(asked).rejects.toThrow("unable to verify");
    expect(await looked).toMatchObject({
      fault: expect.stringContaining("UNABLE_TO_VERIFY") as string,
      names: ["a.example.com"],
    });
  } finally {
    await shown.close();
    await close();
  }
});

test("a target goes over the wire in its own spelling", async () => {
  const { ask, close, targets } = await host();
  try {
    const target = "//a/%2e%2e/./b?c=%20";
    await ask("https://a.example.com/", { target });
    expect(targets).toEqual([target]);
  } finally {
    await close();
  }
});
