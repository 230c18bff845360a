import { group } from "../../logs/group";
import type { ExplainedEntry } from "../../logs/explain";

const denied = (rayId: string): ExplainedEntry => ({
  at: "2026-11-28T10:00:00Z",
  result: "denied",
  kind: "machine",
  who: "1.access",
  name: "comfyui-api",
  connection: "nonidentity",
  appId: "app",
  domain: "comfyui.example.com",
  ip: "198.51.100.7",
  rayId,
});

test("sets apart what this machine's own probe was refused, and puts it last", () => {
  const groups = group([denied("a"), denied("b"), denied("c")], new Set(["a"]));
  expect(groups).toMatchObject([
    { times: 2, result: "denied" },
    { times: 1, own: true, reason: "npm run probe on this machine" },
  ]);
  expect(groups[0]).not.toHaveProperty("own");
});
