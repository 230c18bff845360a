import { checkLastingState } from "../../pipeline/lasting-state";

const SETTINGS = {
  CLOUDFLARE_ACCOUNT_ID: "0123456789abcdef0123456789abcdef",
  CLOUDFLARE_ZONE: "example.com",
  CLOUDFLARE_TUNNEL: "home",
  ACCESS_LOGIN_METHOD: "Google",
};
const RUNNER = { ...SETTINGS, GITHUB_ACTIONS: "true" };

test.each<[string, NodeJS.ProcessEnv]>([
  ["one's own machine", SETTINGS],
  ["a bucket", { ...RUNNER, ACCESS_STATE: "gcs", ACCESS_STATE_BUCKET: "b-1" }],
  ["a folder of a runner of one's own", { ...RUNNER, ACCESS_STATE_DIR: "/s" }],
])("%s keeps the state", (_, env) => {
  expect(() => checkLastingState(env)).not.toThrow();
});

test("fails where the state would be lost with the runner", () => {
  expect(() => checkLastingState(RUNNER)).toThrow(/ACCESS_STATE, docs/);
});
