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
  return refuseExchange(planned, prior, context);
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

const HOOK = "a.x.io/hook";
const PATHS: ObjectValue = {
  ...ROUTE,
  existing_applications: { [HOOK]: "app" },
};
const MADE: ObjectValue = { ...ROUTE, new_applications: { [HOOK]: "new" } };

test("the same holds for the application of a path, by the name of its prop", async () => {
  await expect(exchange(PATHS, MADE, found("aud-1"))).rejects.toThrow(
    /^The application "Mine" is taken over, and existingPathApplications\["\/hook"\] no longer names it: .* a\.x\.io\/hook \(11010\)/,
  );
  await expect(exchange(MADE, PATHS, found("aud-1"))).rejects.toThrow(
    /^The application "Mine" \(app\) is the stack's own/,
  );
  await expect(exchange(MADE, PATHS, found("aud-2"))).resolves.toBeUndefined();
});

test("a path that the code names no more gets no second application", async () => {
  await expect(exchange(PATHS, ROUTE, found("aud-1"))).resolves.toBeUndefined();
});

test("an existing application of a path says nothing of the host's", async () => {
  const prior = { ...PATHS, existing_application: true };
  await expect(
    exchange(prior, { ...prior, application_id: "app" }, found("aud-1")),
  ).rejects.toThrow(/is the stack's own/);
});
