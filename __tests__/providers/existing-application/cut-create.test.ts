import { CUT_CREATE, NOTHING_LEFT } from "../../../base/cut-create";
import { existingApplication } from "../../../providers/existing-application/resource";
import { Client } from "../../../providers/tunnel-route/client";
import type { Journal } from "../../../providers/tunnel-route/journal";
import type { JsonObject } from "../../../providers/tunnel-route/json";
import { UNKNOWN, type ObjectValue } from "../../../terraform-plugin/value";
import type { Context } from "../../../terraform-plugin/provider";
import { contextWith } from "../context";
import { MemoryJournal } from "../tunnel-route/memory-journal";

const BEFORE: JsonObject = {
  ...{ id: "app", aud: "aud", name: "By hand", type: "self_hosted" },
  ...{ domain: "a.x.io", session_duration: "24h", policies: [] },
};
const PLANNED: ObjectValue = {
  ...{ id: "app", account_id: "a1", app_id: "app", hostname: "a.x.io" },
  settings: '{"session_duration":"1h"}',
  ...{ policies: ["ours"], allowed_idps: null, aud: "aud", drift: null },
  ...{ document: UNKNOWN, previous: UNKNOWN },
};

let application: JsonObject;
let journal: MemoryJournal;
/** Whether the process dies before a write has its effect, or after it. */
let dies: "before" | "after" | undefined;
beforeEach(() => {
  application = BEFORE;
  journal = new MemoryJournal();
});

function connect(): Context<Client> {
  return contextWith(
    new Client({
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
          if (dies === "before") throw new Error("killed");
          const links = body["policies"] as { id: string }[];
          const policies = links.map((link) => ({ ...link, reusable: true }));
          application = { ...BEFORE, ...body, id, policies };
          if (dies === "after") throw new Error("killed");
        },
      },
      journal: journal as unknown as Journal,
      lockFolder: "/nowhere",
      sleep: async () => {},
    }),
  );
}

async function cutOff(when: typeof dies): Promise<void> {
  dies = when;
  await expect(
    existingApplication.create(PLANNED, connect(), PLANNED),
  ).rejects.toThrow("killed");
  dies = undefined;
}

const importCut = (policies = "") =>
  existingApplication.import!(`${CUT_CREATE}a1/app${policies}`, connect());

test("what a create wrote before it was cut off is given back once it is imported", async () => {
  await cutOff("after");
  expect(application).toMatchObject({ session_duration: "1h" });
  const state = await importCut();
  await existingApplication.delete(state, connect());
  expect(application).toMatchObject({ session_duration: "24h", policies: [] });
  await expect(importCut()).rejects.toThrow(NOTHING_LEFT);
});

test("a change by somebody else of what the create wrote stops the destroy", async () => {
  await cutOff("after");
  application = { ...application, session_duration: "2h" };
  const state = await importCut();
  await expect(existingApplication.delete(state, connect())).rejects.toThrow(
    "Somebody has changed the application",
  );
  expect(application).toMatchObject({ session_duration: "2h" });
});

test("there is nothing to import where the create had not written yet", async () => {
  await cutOff("before");
  await expect(importCut()).rejects.toThrow(NOTHING_LEFT);
  expect(application).toBe(BEFORE);
});

test("an application that lists the stack's policies without a note was taken over before: a destroy takes those out, and says that what it was is not known", async () => {
  await cutOff("after");
  journal = new MemoryJournal();
  const told: string[] = [];
  const context = connect();
  context.diagnostics.warn = (...words) => void told.push(words.join(" "));
  const standard = { ...PLANNED, id: UNKNOWN, aud: UNKNOWN, drift: UNKNOWN };
  const { planned } = (await existingApplication.plan!(
    { planned: standard, prior: null, config: standard },
    context,
  )) as { planned: ObjectValue };
  expect(told.join()).toContain(
    "copy the folder journal of that machine's state folder into yours",
  );
  const state = await existingApplication.create(planned, context, planned);
  expect(application).toMatchObject({ policies: [{ id: "ours" }] });
  await existingApplication.planDestroy!(state, context);
  expect(told.at(-1)).toMatch(
    /What it was before the first deploy is not known/,
  );
  await existingApplication.delete(state, context);
  expect(application).toMatchObject({ session_duration: "1h", policies: [] });
});

test("a destroy without that note takes the stack's policies out of an application, and touches none that lists others", async () => {
  await cutOff("after");
  journal = new MemoryJournal();
  await expect(importCut("/another")).rejects.toThrow(NOTHING_LEFT);
  const theirs = { id: "theirs", reusable: true };
  const listed = application["policies"] as JsonObject[];
  application = { ...application, policies: [...listed, theirs] };
  await existingApplication.delete(await importCut("/x+ours"), connect());
  expect(application).toMatchObject({
    session_duration: "1h",
    policies: [{ id: "theirs" }],
  });
});
