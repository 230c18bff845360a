import type { Seen } from "../../doctor/check";
import { firstPageCheck } from "../../doctor/checks/first-page";
import type { ServiceContext } from "../../doctor/context";
import { comfyui } from "../../services/comfyui";

async function seen(
  serviceUrl: string,
  refusesCrossSite = true,
): Promise<readonly Seen[]> {
  const hostname = "comfyui.example.com";
  const service = {
    ...comfyui,
    name: "comfyui",
    hostname,
    refusesCrossSite,
    routes: [{ rule: { hostname, service: serviceUrl } }],
  };
  const found = await firstPageCheck.run({
    service,
  } as unknown as ServiceContext);
  return [found].flat();
}

test("warns where the tunnel leads straight to ComfyUI, with both ways out", async () => {
  const [found] = await seen("http://comfyui:8188");
  expect(found).toMatchObject({
    status: "warning",
    todo: expect.stringMatching(
      /^With Caddy on the way, give it the file .*npm run caddyfile.*serviceUrl: "http:\/\/caddy:80".*--enable-cors-header https:\/\/comfyui\.example\.com/,
    ),
  });
});

test("leaves to the probe what Caddy's file says", async () => {
  expect(await seen("http://caddy:80")).toMatchObject([
    {
      status: "ok",
      what: expect.stringContaining("npm run probe -- comfyui"),
    },
  ]);
});

test("says nothing of a ComfyUI that refuses nothing", async () => {
  expect(await seen("http://comfyui:8188", false)).toEqual([]);
});
