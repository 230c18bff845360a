import { serve } from "../../local/origins/server";
import { CHECKS } from "../../probe/probe";
import { cast } from "../../rehearsal/cast";
import { HOST, Service } from "./world";

let service: Service;
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
  service = await Service.deploy();
  closing.push(() => service.close());
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const ALL_KEPT = Object.fromEntries(CHECKS.map(({ id }) => [id, "kept"]));

/** The service itself, down: whoever gets there sees a 503. */
async function brokenService(): Promise<number> {
  const server = await serve({
    async handle(request, response) {
      request.resume();
      response.writeHead(503).end();
    },
  });
  closing.push(server.close);
  return server.port;
}

test("on a healthy account every promise is kept", async () => {
  expect(await service.probe()).toEqual(ALL_KEPT);
});

describe("breaks exactly the promise that no longer holds", () => {
  /** What breaks it, and which promises can't be told without it. */
  const breaks: Record<
    string,
    [what: string, breakIt: () => Promise<unknown>, ...untold: string[]]
  > = {
    "login-required": [
      "another application took the place of ours",
      async () => {
        const { app } = service;
        const policies = app.policies.map(({ id }) => id);
        await service.delete(`access/apps/${app.id}`);
        const { aud } = await service.addApp("by hand", "", policies);
        await service.demand(aud);
      },
    ],
    "allowed-person": [
      "the policy forgot the person",
      () =>
        service.put(`access/policies/${service.people.id}`, {
          ...service.people,
          include: [{ email: { email: "someone-else@datacrew.space" } }],
        }),
    ],
    "first-page": [
      "the tunnel leads straight to ComfyUI",
      () =>
        service.writeRules((rules) => {
          for (const rule of rules)
            if (rule.hostname === HOST) rule.service = "http://comfyui:8188";
        }),
      "allowed-person",
    ],
    "other-person": [
      "the policy names one person too many",
      () =>
        service.put(`access/policies/${service.people.id}`, {
          ...service.people,
          include: [
            cast(service.account).allowed,
            cast(service.account).other,
          ].map(({ email }) => ({ email: { email } })),
        }),
    ],
    "token-works": [
      "the token was switched off",
      () =>
        service.put(`access/service_tokens/${service.token.id}`, {
          name: service.token.name,
          enabled: false,
        }),
      "first-page",
    ],
    "token-needed": [
      "an application on a longer path lets everyone through",
      async () => {
        const everyone = await service.addPolicy("open", "bypass", [
          { everyone: {} },
        ]);
        await service.addApp("API", "/system_stats", [everyone]);
        await service.demand();
      },
    ],
    "host-unchanged": [
      "nothing good answers on the host",
      async () =>
        service.cloudflare.network.add("localhost:8188", await brokenService()),
    ],
    "neighbour-unchanged": [
      "nothing good answers in Docker's network",
      async () =>
        service.cloudflare.network.add("comfyui:8188", await brokenService()),
    ],
  };

  test("for each there is one", () => {
    expect(Object.keys(breaks)).toEqual(Object.keys(ALL_KEPT));
  });

  const rows = Object.entries(breaks).map(
    ([id, [what, breakIt, ...untold]]) => ({ id, what, breakIt, untold }),
  );
  test.each(rows)("$id: $what", async ({ id, breakIt, untold }) => {
    await breakIt();
    const others = untold.map((one) => [one, "not checked"]);
    expect(await service.probe()).toEqual({
      ...ALL_KEPT,
      ...Object.fromEntries(others),
      [id]: "broken",
    });
  });
});
