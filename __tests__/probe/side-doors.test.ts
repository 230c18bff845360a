import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { certificateAuthority } from "../../local/edge/certificate-authority";
import { serve } from "../../local/origins/server";
import { noSideDoor } from "../../probe/checks/no-side-door";
import { internet } from "../../probe/internet";
import { comfyui } from "../../services/comfyui";
import { createServer as createTlsServer } from "node:https";
import type { World } from "../../probe/world";
import { fullWorld } from "./full-world";
import { HOST, Service } from "./world";

/** Where the guide's connector runs. */
const MACHINE = "198.51.100.24";

let service: Service;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  service = await Service.deploy();
  closing.push(() => service.close());
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const look = (world: World = fullWorld(service)) =>
  noSideDoor.run(service.deployed, world);

function addRecord(
  name: string,
  type: string,
  content: string,
  proxied: boolean,
) {
  const [like] = service.account.dnsRecords.values();
  const id = service.account.newHexId();
  service.account.dnsRecords.set(id, {
    ...like!,
    id,
    name,
    type,
    content,
    proxied,
  });
}

/** A machine on the internet, with the service's page on some ports. */
async function machine(
  ports: Readonly<Record<number, number>>,
): Promise<World> {
  const outside = internet({
    locate: async (_, port = 443) => {
      const found = ports[port];
      if (found === undefined) throw new Error(`nothing at ${port}`);
      return { address: "127.0.0.1", port: found };
    },
  });
  closing.push(() => outside.close());
  return { ...fullWorld(service), askAt: outside.askAt };
}

const page = (host: string | undefined) =>
  host?.split(":")[0] === HOST ? comfyui.pageText : "Welcome to nginx!";

async function plainServer(): Promise<number> {
  const server = await serve({
    async handle(request, response) {
      request.resume();
      response.end(page(request.headers.host));
    },
  });
  closing.push(server.close);
  return server.port;
}

describe("a record that leads into the tunnel", () => {
  const wildcard = (
    rules: { hostname?: string | null; service?: string | null }[],
  ) => {
    const rule = rules.find(({ hostname }) => hostname === "*.datacrew.space")!;
    Object.assign(rule, {
      service: "http://caddy:80",
      originRequest: { httpHostHeader: HOST },
    });
  };

  test("by a name that only a wildcard rule takes is found without a wildcard record", async () => {
    await service.writeRules(wildcard);
    for (const [id, { name }] of service.account.dnsRecords)
      if (name === "*.datacrew.space") service.account.dnsRecords.delete(id);
    const [tunnel] = service.account.tunnels.keys();
    addRecord(
      "spare.datacrew.space",
      "CNAME",
      `${tunnel}.cfargotunnel.com`,
      true,
    );
    expect(await look()).toMatchObject({
      status: "broken",
      seen: "https://spare.datacrew.space/ shows ComfyUI without a login",
      cause:
        "the rule for *.datacrew.space of the tunnel datacrew-services leads to the same service",
    });
  });

  test("by way of another name is found as well", async () => {
    await service.writeRules(wildcard);
    for (const [id, { name }] of service.account.dnsRecords)
      if (name === "*.datacrew.space") service.account.dnsRecords.delete(id);
    addRecord("spare.datacrew.space", "CNAME", HOST, true);
    expect(await look()).toMatchObject({ status: "broken" });
  });

  test("and has Access before it is no way around", async () => {
    await service.writeRules(wildcard);
    for (const [id, { name }] of service.account.dnsRecords)
      if (name === "*.datacrew.space") service.account.dnsRecords.delete(id);
    addRecord("spare.datacrew.space", "CNAME", HOST, true);
    await service.post("access/apps", {
      name: "Spare",
      type: "self_hosted",
      domain: "spare.datacrew.space",
      policies: [{ id: service.people.id, precedence: 1 }],
    });
    expect(await look()).toEqual({
      status: "kept",
      seen: "2 other hosts may lead to it, none shows it",
    });
  });
});

describe("a record that leads to the connector's machine", () => {
  beforeEach(() => addRecord("ssh.datacrew.space", "A", MACHINE, false));

  test("is a side door where that machine answers for the host by itself", async () => {
    const found = await look(await machine({ 80: await plainServer() }));
    expect(found).toEqual({
      status: "broken",
      seen: `http://${HOST}/ at ${MACHINE} shows ComfyUI without a login`,
      cause: `the A record ssh.datacrew.space leads to ${MACHINE}, the machine of the tunnel's connector, past Cloudflare`,
      remedy:
        "close that machine's ports to the internet, as the tunnel needs none",
    });
  });

  test("or on the service's own port", async () => {
    const found = await look(await machine({ 8188: await plainServer() }));
    expect(found).toMatchObject({
      seen: `http://${HOST}:8188/ at ${MACHINE} shows ComfyUI without a login`,
    });
  });

  test("or over TLS, whatever certificate it has", async () => {
    const authority = await certificateAuthority();
    const context = await authority.contextFor("elsewhere.example");
    const server = createTlsServer(
      { SNICallback: (_, done) => done(null, context) },
      (request, response) => response.end(page(request.headers.host)),
    );
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    closing.push(() => new Promise((done) => server.close(done)));
    const { port } = server.address() as AddressInfo;
    expect(await look(await machine({ 443: port }))).toMatchObject({
      seen: `https://${HOST}/ at ${MACHINE} shows ComfyUI without a login`,
    });
  });

  test("is none where nothing answers, or something else does", async () => {
    const kept = {
      status: "kept",
      seen: "1 other host may lead to it, none shows it",
    };
    expect(await look(await machine({}))).toEqual(kept);
    const server = createServer((_, response) => response.end("else"));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    closing.push(() => new Promise((done) => server.close(done)));
    const { port } = server.address() as AddressInfo;
    expect(await look(await machine({ 80: port, 8188: port }))).toEqual(kept);
  });
});

test("a record that leads to some other machine is not asked", async () => {
  addRecord("mail.datacrew.space", "A", "203.0.113.25", false);
  expect(await look()).toEqual({
    status: "kept",
    seen: "no other rule has its service, no record leads to its machine",
  });
});

describe("where the API token may not read DNS", () => {
  beforeEach(() => {
    const [token] = service.account.apiTokens;
    token!.permissions = token!.permissions.filter(
      (one) => one !== "DNS Write",
    );
  });

  test("it is not checked, with the reason", async () => {
    expect(await look()).toEqual({
      status: "not checked",
      why: expect.stringMatching(/^can't read DNS records .*"DNS Read"/),
    });
  });

  test("a rule that opens a side door is found all the same", async () => {
    await service.writeRules((rules) =>
      rules.unshift({
        hostname: "spare.datacrew.space",
        service: "http://comfyui:8188",
      }),
    );
    expect(await look()).toMatchObject({ status: "broken" });
  });
});
