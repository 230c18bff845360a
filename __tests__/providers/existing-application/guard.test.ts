import { refuseExchange } from "../../../providers/existing-application/guard";
import type { Client } from "../../../providers/tunnel-route/client";
import type { JsonObject } from "../../../providers/tunnel-route/json";
import type { Context } from "../../../terraform-plugin/provider";
import type { ObjectValue } from "../../../terraform-plugin/value";

const ROUTE: ObjectValue = {
  account_id: "a1",
  hostname: "a.x.io",
  path: null,
  service: "http://caddy:80",
  origin_request: {
    access: { required: true, team_name: "team", aud_tag: ["aud-1"] },
  },
  existing_application: null,
  application_id: null,
};
const TAKEN: ObjectValue = {
  ...ROUTE,
  existing_application: true,
  application_id: "app",
};

function exchange(
  prior: ObjectValue,
  planned: ObjectValue,
  found: JsonObject | undefined,
): Promise<void> {
  const context = {
    client: { applications: { get: async () => found } },
    diagnostics: {},
    signal: new AbortController().signal,
  } as unknown as Context<Client>;
  return refuseExchange(prior, planned, context);
}

const found = (aud: string): JsonObject => ({ id: "app", name: "Mine", aud });

test("an application that is taken over can't be left out while it is deployed", async () => {
  await expect(exchange(TAKEN, ROUTE, found("aud-1"))).rejects.toThrow(
    /^The application "Mine" is taken over, and existingApplication no longer names it/,
  );
  await expect(exchange(TAKEN, ROUTE, undefined)).resolves.toBeUndefined();
});

test("an application that the stack made can't become an existing one", async () => {
  await expect(exchange(ROUTE, TAKEN, found("aud-1"))).rejects.toThrow(
    /^The application "Mine" \(app\) is the stack's own/,
  );
  await expect(exchange(ROUTE, TAKEN, found("aud-2"))).resolves.toBeUndefined();
});

test("one that stays as it is is no exchange, be its id in the state or not", async () => {
  const former = { ...TAKEN, application_id: null };
  for (const [prior, planned] of [
    [TAKEN, TAKEN],
    [former, TAKEN],
    [ROUTE, ROUTE],
  ] as const)
    await expect(
      exchange(prior, planned, found("aud-1")),
    ).resolves.toBeUndefined();
});
