import { existingApplication } from "../../../providers/existing-application/resource";
import { Client } from "../../../providers/tunnel-route/client";
import type { Journal } from "../../../providers/tunnel-route/journal";
import type { JsonObject } from "../../../providers/tunnel-route/json";
import { standardPlan } from "../../../terraform-plugin/plan";
import type { ObjectValue } from "../../../terraform-plugin/value";
import { contextWith } from "../context";
import { MemoryJournal } from "../tunnel-route/memory-journal";

/** Fields that Cloudflare answers, and drops when they are written. */

const FUTURE = { future_setting: { on: true }, someday: "soon" };
const BEFORE: JsonObject = {
  ...{ id: "app", aud: "aud", name: "By hand", type: "self_hosted" },
  ...{ domain: "a.x.io", session_duration: "24h", policies: [] },
  ...FUTURE,
};
const CONFIG: ObjectValue = {
  ...{ account_id: "a1", app_id: "app", hostname: "a.x.io" },
  settings: '{"session_duration":"1h"}',
  ...{ policies: ["ours"], policy_names: null, session: null },
  ...{ allowed_idps: null, id: null, aud: null, document: null },
  ...{ previous: null, drift: null, not_kept: null },
};

let application: JsonObject;
let dropped: readonly string[];
let warnings: string[];
const journal = new MemoryJournal();
beforeEach(() => {
  application = BEFORE;
  dropped = Object.keys(FUTURE);
  warnings = [];
});

const client = new Client({
  api: {} as Client["api"],
  managedTunnels: {} as Client["managedTunnels"],
  pins: {} as Client["pins"],
  records: {} as Client["records"],
  names: {} as Client["names"],
  applications: {
    get: async () => application,
    has: async () => true,
    list: async () => [],
    policies: async () => [],
    groups: async () => [],
    async put(_, id, body) {
      const links = body["policies"] as { id: string }[];
      application = {
        ...{ id, aud: "aud" },
        ...Object.fromEntries(
          Object.entries(body).filter(([name]) => !dropped.includes(name)),
        ),
        policies: links.map((link) => ({ ...link, reusable: true })),
      };
    },
  },
  journal: journal as unknown as Journal,
  lockFolder: "/nowhere",
  sleep: async () => {},
});
const context = contextWith(
  client,
  (summary, detail = "") =>
    void warnings.push(`${summary}
${detail}`),
);

async function planned(prior: ObjectValue | null): Promise<ObjectValue> {
  const proposed = { ...CONFIG };
  for (const name of ["id", "aud", "document", "previous", "drift", "not_kept"])
    proposed[name] = prior?.[name] ?? null;
  const standard = standardPlan(
    existingApplication.schema,
    prior,
    proposed,
    CONFIG,
  );
  const request = { prior, config: CONFIG, planned: standard };
  return (await existingApplication.plan!(request, context)).planned;
}

async function deployed(): Promise<ObjectValue> {
  const plan = await planned(null);
  return existingApplication.create(plan, context, CONFIG);
}

test("the plan says which fields nobody knows", async () => {
  await planned(null);
  expect(warnings.join("\n")).toContain(
    'future_setting is {"on":true}: this version does not know it',
  );
});

test("the write is compared with what is there then, and what is lost is said", async () => {
  const state = await deployed();
  expect(warnings.join("\n")).toContain(
    'Cloudflare did not keep of the application "By hand": future_setting (was {"on":true}), someday (was "soon")',
  );
  expect(state["not_kept"]).toBe("future_setting, someday");
  expect(application["session_duration"]).toBe("1h");
});

test("nothing is left to do afterwards", async () => {
  const state = await deployed();
  const read = await existingApplication.read(state, context);
  expect(read).toEqual(state);
  expect(await planned(read)).toEqual(state);
});

test("a change of somebody is still seen, and written over with another look", async () => {
  const state = await deployed();
  application = { ...application, session_duration: "3h" };
  const read = await existingApplication.read(state, context);
  expect(read).toMatchObject({ drift: "session_duration" });
  dropped = ["someday"];
  warnings = [];
  const plan = await planned(read);
  expect(warnings[0]).toMatch(
    /^Somebody has changed the application "By hand" since the last deploy: session_duration; this deploy undoes that\n/,
  );
  const after = await existingApplication.update(plan, read!, context, CONFIG);
  expect(after).toMatchObject({ drift: null, not_kept: "someday" });
});

test("the destroy says what it can't give back, before and after", async () => {
  const state = await deployed();
  warnings = [];
  await existingApplication.planDestroy!(state, context);
  expect(warnings.join("\n")).toContain(
    "gets back what the stack has changed of it, but for future_setting, someday",
  );
  warnings = [];
  await existingApplication.delete(state, context);
  expect(warnings.join("\n")).toContain(
    'Cloudflare did not keep of the application "By hand", and it is not given back: future_setting (was {"on":true}), someday',
  );
  expect(application["session_duration"]).toBe("24h");
});

test("nothing is said where all is kept", async () => {
  dropped = [];
  const state = await deployed();
  expect(state["not_kept"]).toBeNull();
  await existingApplication.delete(state, context);
  expect(warnings.join("\n")).not.toContain("did not keep");
  expect(application).toEqual(BEFORE);
});
