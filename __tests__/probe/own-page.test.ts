import { serve } from "../../local/origins/server";
import { comfyui } from "../../local/origins/comfyui";
import { firstPage } from "../../probe/checks/first-page";
import { ownPage } from "../../probe/checks/own-page";
import { tokenWorks } from "../../probe/checks/token-works";
import { hostHeaderWarning } from "../../stacks/host-header";
import { comfyui as preset } from "../../services/comfyui";
import { fullWorld } from "./full-world";
import { HOST, Service } from "./world";

let service: Service;
let close: () => Promise<void>;
beforeEach(async () => {
  service = await Service.deploy();
  const origin = await serve(comfyui());
  service.cloudflare.network.add("comfyui:8188", origin.port);
  ({ close } = origin);
});
afterEach(async () => {
  await close();
  await service.close();
});

/** The tunnel leads to ComfyUI itself, which sees this Host. */
const hostHeader = (httpHostHeader: string) =>
  service.writeRules((rules) => {
    for (const rule of rules)
      if (rule.hostname === HOST) {
        rule.service = "http://comfyui:8188";
        rule.originRequest = { ...rule.originRequest, httpHostHeader };
      }
  });

test("a Host header of the service's own machine breaks its page, and machines see nothing of it", async () => {
  await hostHeader("localhost:8188");
  const world = fullWorld(service);
  expect(await ownPage.run(service.deployed, world)).toMatchObject({
    status: "broken",
    seen: "403 at /system_stats for a page, 200 without an Origin",
    remedy: expect.stringContaining("set httpHostHeader"),
  });
  expect((await tokenWorks.run(service.deployed, world)).status).toBe("kept");
});

test("the remedy holds: the page is answered where the service sees the public host", async () => {
  await hostHeader(HOST);
  expect(await ownPage.run(service.deployed, fullWorld(service))).toEqual({
    status: "kept",
    seen: "API and WebSocket with Origin",
  });
});

test("an empty page is no first page", async () => {
  await service.writeRules((rules) => {
    for (const rule of rules)
      if (rule.hostname === HOST)
        rule.originRequest = { ...rule.originRequest, httpHostHeader: "comfy" };
  });
  expect(
    await firstPage.run(service.deployed, fullWorld(service)),
  ).toMatchObject({
    status: "broken",
    seen: "200 with nothing in it",
    cause: expect.stringMatching(
      /an empty 200, as from Caddy .* for comfy, the Host that httpHostHeader sends/,
    ),
    remedy: expect.stringContaining("take httpHostHeader out of main.ts"),
  });
});

describe("a synth warns", () => {
  test.each(["localhost:8188", "127.0.0.1", "LOCALHOST", "[::1]:8188"])(
    "of %s for a service that compares it with Origin there",
    (header) => {
      expect(hostHeaderWarning(preset, HOST, header)).toContain(
        "Set httpHostHeader",
      );
    },
  );

  test.each([undefined, HOST, `${HOST}:443`, "comfyui.internal"])(
    "not of %s",
    (header) => {
      expect(hostHeaderWarning(preset, HOST, header)).toBeUndefined();
    },
  );

  test("of every other host where the service always compares", () => {
    const service = { name: "Jupyter", comparesOrigin: "always" } as const;
    expect(hostHeaderWarning(service, HOST, "jupyter:8888")).toBeDefined();
  });
});
