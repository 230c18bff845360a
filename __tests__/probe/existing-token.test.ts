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
  furtherTokens: [
    {
      ...{ name: "bot", clientId: "c1.access" },
      variables: { clientId: "BOT_ID", clientSecret: "BOT_SECRET" },
    },
  ],
};
const world: World = {
  ask: () => Promise.reject(new Error("nothing is to be asked")),
  openSocket: () => Promise.reject(new Error("nothing is to be asked")),
};

test("a token without a known secret is not checked: which one is named, and its variables", async () => {
  expect(await tokenWorks.run(deployed, world)).toMatchObject({
    status: "not checked",
    why: "the token bot (client ID c0.access) was made elsewhere, and nothing here has its secret: set COMFYUI_ACCESS_CLIENT_ID and COMFYUI_ACCESS_CLIENT_SECRET to its pair",
  });
  expect(await furtherTokens.run(deployed, world)).toMatchObject({
    status: "not checked",
    why: "the token bot (client ID c1.access) was made elsewhere, and nothing here has its secret: set BOT_ID and BOT_SECRET to its pair",
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
