import { CUT_CREATE, NOTHING_LEFT } from "../../../base/cut-create";
import { existingApplication } from "../../../providers/existing-application/resource";
import { Client } from "../../../providers/tunnel-route/client";
import type { Journal } from "../../../providers/tunnel-route/journal";
import type { JsonObject } from "../../../providers/tunnel-route/json";
import { UNKNOWN, type ObjectValue } from "../../../terraform-plugin/value";
import type { Context } from "../../../terraform-plugin/provider";
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
  return {
    client: new Client({
      api: {} as Client["api"],
      managedTunnels: {} as Client["managedTunnels"],
      pins: {} as Client["pins"],
      records: {} as Client["records"],
      names: {} as Client["names"],
      applications: {
        get: async () => application,
        async put(_, id, body) {
          if (dies === "before") throw new Error("killed");
          const policies = body["policies"] as { id: string }[];
          application = { ...BEFORE, ...body, id, policies };
          if (dies === "after") throw new Error("killed");
        },
      },
      journal: journal as unknown as Journal,
      lockFolder: "/nowhere",
      sleep: async () => {},
    }),
    diagnostics: {
      error(text) {
        throw new Error(text);
      },
      warn() {},
    },
    signal: new AbortController().signal,
  };
}

async function cutOff(when: typeof dies): Promise<void> {
  dies = when;
  await expect(
    existingApplication.create(PLANNED, connect(), PLANNED),
  ).rejects.toThrow("killed");
  dies = undefined;
}

const importCut = () =>
  existingApplication.import!(`${CUT_CREATE}a1/app`, connect());

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
