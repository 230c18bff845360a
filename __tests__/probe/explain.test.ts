import { explainSocket } from "../../probe/explain";
import type { Deployed } from "../../probe/world";

const deployed = {
  name: "wiki",
  hostname: "wiki.example.com",
} as Deployed;

test("a page where a WebSocket should open is the wrong path, or a proxy in between", async () => {
  const answer = {
    status: 200,
    headers: new Headers({ "content-type": "application/json" }),
    text: "{}",
  };
  expect(
    await explainSocket(
      { opened: false, status: 200, answer },
      { path: "/ws", pairSent: true },
      deployed,
      { account: undefined },
    ),
  ).toEqual([
    "the service answers 200 at /ws instead of opening a WebSocket",
    expect.stringMatching(/webSocketPath .* Upgrade/),
  ]);
});
