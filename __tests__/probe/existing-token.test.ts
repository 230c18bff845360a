import { furtherTokens } from "../../probe/checks/further-tokens";
import { tokenWorks } from "../../probe/checks/token-works";
import type { Deployed, World } from "../../probe/world";
import { findToken } from "../../secrets/stack-tokens";

const token = { name: "bot", id: "1", clientId: "c0.access" };
const deployed: Deployed = {
  name: "comfyui",
  hostname: "comfyui.example.com",
  aud: "aud",
  teamName: "team",
  pageText: "ComfyUI",
  apiPath: "/queue",
  localUrl: "http://localhost:8188",
  containerUrl: "http://comfyui:8188",
  token,
  furtherTokens: [token],
};
const world: World = {
  ask: () => Promise.reject(new Error("nothing is to be asked")),
  openSocket: () => Promise.reject(new Error("nothing is to be asked")),
};

test("a token without a known secret is not checked, and its variables are named", async () => {
  expect(await tokenWorks.run(deployed, world)).toMatchObject({
    status: "not checked",
    why: expect.stringContaining(
      "set COMFYUI_ACCESS_CLIENT_ID and COMFYUI_ACCESS_CLIENT_SECRET",
    ) as string,
  });
  expect(await furtherTokens.run(deployed, world)).toMatchObject({
    status: "not checked",
    why: "bot: made elsewhere, and nothing here has the secret",
  });
});

test("no command stores or rotates a token that the stack did not make", () => {
  const service = {
    name: "comfyui",
    hostname: deployed.hostname,
    accessAppId: "app",
    tokens: [{ ...token, name: "api", clientSecret: "s" }, token],
  };
  expect(findToken(service).clientSecret).toBe("s");
  expect(() => findToken(service, "bot")).toThrow(
    /did not make the token "bot".*set COMFYUI_BOT_ACCESS_CLIENT_ID and COMFYUI_BOT_ACCESS_CLIENT_SECRET/,
  );
});
