import { formerTokens } from "../../scripts/former-tokens";

const pair = (name: string, id: string) => ({
  name,
  id,
  clientId: `${id}.access`,
  clientSecret: "s",
});
const service = {
  name: "comfyui",
  tokens: [pair("comfyui-api", "new"), pair("ci", "ci")],
};

test("names each variable that holds a token's former pair, and the command for it", () => {
  const former = { COMFYUI_ACCESS_CLIENT_ID: "old.access" };
  expect(formerTokens(service, former)).toEqual([
    expect.stringMatching(
      /COMFYUI_ACCESS_CLIENT_ID .* is not the client id of the token comfyui-api\. If .* npm run secrets -- comfyui --to env$/,
    ),
  ]);
  expect(
    formerTokens(service, { COMFYUI_CI_ACCESS_CLIENT_ID: "old.access" }),
  ).toEqual([expect.stringMatching(/--to env --token ci$/)]);
});

test("says nothing of the present pair, of none, and of a token made elsewhere", () => {
  const env = { COMFYUI_ACCESS_CLIENT_ID: "new.access" };
  expect(formerTokens(service, env)).toEqual([]);
  expect(formerTokens(service, {})).toEqual([]);
  const existing = { ...pair("bot", "b"), clientSecret: undefined };
  expect(
    formerTokens(
      { name: "comfyui", tokens: [existing] },
      { COMFYUI_ACCESS_CLIENT_ID: "old.access" },
    ),
  ).toEqual([]);
  const others = { COMFYUI_ACCESS_CLIENT_ID: "ci.access" };
  expect(formerTokens(service, others)).toEqual([]);
});
