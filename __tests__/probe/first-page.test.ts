import { aiDock } from "../../local/origins/ai-dock";
import { comfyui } from "../../local/origins/comfyui";
import { serve, type Server } from "../../local/origins/server";
import { sendText, type StandIn } from "../../local/origins/stand-in";
import type { ProbeOutcome } from "../../probe/check";
import { firstPage } from "../../probe/checks/first-page";
import { HOST, Service } from "./world";

let service: Service;
let server: Server | undefined;
beforeEach(async () => (service = await Service.deploy()));
afterEach(async () => {
  await service.close();
  await server?.close();
  server = undefined;
});

/** Leads the tunnel straight to a service, and tries the promise. */
async function behind(standIn: StandIn): Promise<ProbeOutcome> {
  server = await serve(standIn);
  service.cloudflare.network.add("other:8188", server.port);
  await service.writeRules((rules) => {
    for (const rule of rules)
      if (rule.hostname === HOST) rule.service = "http://other:8188";
  });
  return firstPage.run(service.deployed, service.world());
}

const answering = (status: number): StandIn => ({
  async handle(request, response) {
    request.resume();
    sendText(response, status, "");
  },
});

test("is broken straight before ComfyUI, with its cause and both remedies", async () => {
  expect(await behind(comfyui())).toMatchObject({
    status: "broken",
    seen: "403 on the way back from the login, 200 from the address bar",
    cause: expect.stringContaining("Sec-Fetch-Site: cross-site"),
    remedy: expect.stringMatching(
      `npm run caddyfile.*--enable-cors-header https://${HOST}`,
    ),
  });
});

test("is kept with the remedy without Caddy", async () => {
  const switched = comfyui({ corsHeader: `https://${HOST}` });
  expect(await behind(switched)).toEqual({ status: "kept", seen: "200" });
});

test("is kept with the remedy with Caddy, as the local Caddy has it", async () => {
  expect(await firstPage.run(service.deployed, service.world())).toEqual({
    status: "kept",
    seen: "200",
  });
});

test("is broken by AI-Dock's own login, and kept without it", async () => {
  expect(await behind(aiDock())).toMatchObject({
    status: "broken",
    seen: "302 to localhost:1111",
    remedy: expect.stringContaining("WEB_ENABLE_AUTH=false"),
  });
});

test("is not told where the page is 404 for everyone", async () => {
  expect(await behind(answering(404))).toMatchObject({
    status: "not checked",
    why: expect.stringMatching(/404 however one comes/),
  });
});

test("is broken by the service where its page is empty and other paths are not", async () => {
  server = await serve({
    async handle(request, response) {
      request.resume();
      response.writeHead(request.url === "/" ? 200 : 404).end();
    },
  });
  service.cloudflare.network.add("caddy:80", server.port);
  expect(await firstPage.run(service.deployed, service.world())).toMatchObject({
    status: "broken",
    seen: "200 with nothing in it",
    cause: "the service itself answers 200 with nothing in it",
  });
});

test.each([403, 500, 503])(
  "is broken where the page is %d for everyone",
  async (status) => {
    expect(await behind(answering(status))).toMatchObject({
      status: "broken",
      seen: `${status} however one comes`,
    });
  },
);

test.each([
  ["itself", `https://${HOST}/`, "without end"],
  ["a page that leads back", "/again", "without end"],
])("is broken where the page redirects to %s", async (_to, location, seen) => {
  const redirecting: StandIn = {
    async handle(request, response) {
      request.resume();
      const to = request.url === "/" ? location : "/";
      response.writeHead(308, { location: to }).end();
    },
  };
  expect(await behind(redirecting)).toMatchObject({
    status: "broken",
    seen: expect.stringContaining(seen),
  });
});

test("is not told with a token that Access sends to the login", async () => {
  const { token } = service.deployed;
  service.deployed = {
    ...service.deployed,
    token: { ...token!, clientSecret: "wrong" },
  };
  expect(await firstPage.run(service.deployed, service.world())).toMatchObject({
    status: "not checked",
  });
});
