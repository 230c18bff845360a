import { CUT_CREATE, NOTHING_LEFT } from "../../../base/cut-create";
import type { Pins } from "../../../providers/tunnel-route/client";
import { Client } from "../../../providers/tunnel-route/client";
import { CallFailure } from "../../../providers/tunnel-route/failure";
import type { Journal } from "../../../providers/tunnel-route/journal";
import { oneTimePin } from "../../../providers/one-time-pin/resource";
import { standardPlan } from "../../../terraform-plugin/plan";
import type { Context } from "../../../terraform-plugin/provider";
import type { ObjectValue } from "../../../terraform-plugin/value";
import { MemoryJournal } from "../tunnel-route/memory-journal";

const CONFIG = { account_id: "a1", name: "Code by mail" };

type There = { id: string; name: string } | undefined;

/** An account's one-time PIN, and what is asked of it. */
class Memory implements Pins {
  there: There;
  readonly calls: string[] = [];
  /** Runs in the place of the next creation; `make` makes it. */
  onCreate: ((make: () => string) => string) | undefined;
  #next = 1;

  async find() {
    return this.there && { ...this.there, config: {} };
  }

  async create(_: string, name: string) {
    this.calls.push("create");
    const make = () => {
      if (this.there) throw refused(409);
      this.there = { id: `ours-${this.#next++}`, name };
      return this.there.id;
    };
    const { onCreate } = this;
    this.onCreate = undefined;
    return onCreate ? onCreate(make) : make();
  }

  async rename(_: string, { id }: { id: string }, name: string) {
    this.calls.push("rename");
    if (this.there?.id === id) this.there = { id, name };
  }

  async remove(_: string, id: string) {
    this.calls.push("remove");
    if (this.there?.id === id) this.there = undefined;
  }
}

function refused(status: number): CallFailure {
  return CallFailure.refused("POST /x", {
    status,
    retryAfter: null,
    success: false,
    result: null,
    errors: [],
  });
}

const lost = () => CallFailure.noAnswer("POST /x", new Error("reset"));

let pins: Memory;
let journal: MemoryJournal;
let warnings: string[];
let state: ObjectValue | null;
beforeEach(() => {
  pins = new Memory();
  journal = new MemoryJournal();
  warnings = [];
  state = null;
});

function connect(): Context<Client> {
  return {
    client: new Client({
      api: {} as Client["api"],
      managedTunnels: {} as Client["managedTunnels"],
      pins,
      applications: {} as Client["applications"],
      records: {} as Client["records"],
      names: {} as Client["names"],
      journal: journal as unknown as Journal,
      lockFolder: "/nowhere",
      sleep: async () => {},
    }),
    diagnostics: {
      error: (text) => {
        throw new Error(text);
      },
      warn: (text) => void warnings.push(text),
    },
    signal: new AbortController().signal,
  };
}

/** Refreshes and plans as Terraform does; gives what an apply would start from. */
async function planned(config = CONFIG): Promise<ObjectValue> {
  const context = connect();
  if (state) state = await oneTimePin.read(state, context);
  const proposed = { id: null, made: null, ...state, ...config };
  const standard = standardPlan(oneTimePin.schema, state, proposed, {
    id: null,
    made: null,
    ...config,
  });
  const request = { prior: state, config, planned: standard };
  return (await oneTimePin.plan!(request, context)).planned;
}

async function applied(plan: ObjectValue): Promise<void> {
  const context = connect();
  if (state === null) state = await oneTimePin.create(plan, context, CONFIG);
  else if (JSON.stringify(plan) !== JSON.stringify(state))
    state = await oneTimePin.update(plan, state, context, CONFIG);
}

const deploy = async (config = CONFIG) => applied(await planned(config));

async function destroy(): Promise<void> {
  const context = connect();
  if (state) state = await oneTimePin.read(state, context);
  if (state) {
    await oneTimePin.planDestroy!(state, context);
    await oneTimePin.delete(state, context);
  }
  state = null;
}

test("makes one where there is none, and a destroy takes it away", async () => {
  await deploy();
  expect(pins.there).toEqual({ id: "ours-1", name: "Code by mail" });
  expect(await planned()).toEqual(state);

  await destroy();
  expect(pins.there).toBeUndefined();
});

test.each(["One-time PIN", "Code by mail"])(
  "uses one that is there as %s, and never writes",
  async (name) => {
    pins.there = { id: "theirs", name };
    expect(await planned()).toMatchObject({ id: "theirs", made: false });

    await deploy();
    await deploy();
    await deploy({ ...CONFIG, name: "Another name" });
    await destroy();

    expect(pins.there).toEqual({ id: "theirs", name });
    expect(pins.calls).toEqual([]);
    expect(warnings).toEqual(["The one-time PIN stays in the account"]);
  },
);

test("keeps its own that somebody renamed", async () => {
  await deploy();
  pins.there = { id: "ours-1", name: "Login by mail" };

  expect(await planned()).toEqual(state);
  await destroy();
  expect(pins.there).toBeUndefined();
});

test("renames its own where the code does", async () => {
  await deploy();
  await deploy({ ...CONFIG, name: "Mail" });
  expect(pins.there?.name).toBe("Mail");
});

test.each(["Code by mail", "Mail"])(
  "uses one that came in the place of its own as %s, and leaves it",
  async (name) => {
    await deploy();
    pins.there = { id: "theirs", name };

    await deploy();
    expect(state).toMatchObject({ id: "theirs", made: false });
    await destroy();
    expect(pins.there).toEqual({ id: "theirs", name });
  },
);

test("makes it again where somebody deleted what was there", async () => {
  pins.there = { id: "theirs", name: "Mail" };
  await deploy();
  pins.there = undefined;

  await deploy();
  expect(pins.there).toMatchObject({ id: "ours-1" });
});

test("knows one whose answer got lost for its own", async () => {
  pins.onCreate = (make) => {
    make();
    throw lost();
  };
  await deploy();
  expect(state).toMatchObject({ id: "ours-1", made: true });
  expect(pins.calls).toEqual(["create"]);
});

test("tries again what never arrived", async () => {
  pins.onCreate = () => {
    throw lost();
  };
  await deploy();
  expect(pins.calls).toEqual(["create", "create"]);
});

test("knows one that a killed run made for its own", async () => {
  pins.onCreate = (make) => {
    make();
    throw new Error("killed");
  };
  await expect(deploy()).rejects.toThrow("killed");
  expect(await planned()).toMatchObject({ id: "ours-1", made: true });

  await deploy();
  await destroy();
  expect(pins.there).toBeUndefined();
});

test("uses one that somebody makes at the same moment, and leaves it", async () => {
  pins.onCreate = () => {
    pins.there = { id: "theirs", name: "Code by mail" };
    throw refused(409);
  };
  await deploy();
  expect(state).toMatchObject({ id: "theirs", made: false });
  await destroy();
  expect(pins.there).toMatchObject({ id: "theirs" });
});

test("uses one that came after the plan, and says so", async () => {
  const plan = await planned();
  pins.there = { id: "theirs", name: "Mail" };
  await applied(plan);
  expect(state).toMatchObject({ id: "theirs", made: false });
  expect(warnings).toEqual([
    "The account has a one-time PIN since the plan: Mail",
  ]);
});

test("fails where the one of the plan is gone", async () => {
  pins.there = { id: "theirs", name: "Mail" };
  const plan = await planned();
  pins.there = undefined;
  await expect(applied(plan)).rejects.toThrow("has changed since the plan");
  expect(pins.calls).toEqual([]);
});

test("knows its own again that the state has let go of", async () => {
  await deploy();
  state = null;
  expect(await planned()).toMatchObject({ id: "ours-1", made: true });
});

test("an import after a create that was cut off gives one of ours back, and leaves any other", async () => {
  const plan = await planned();
  pins.onCreate = (make) => {
    make();
    throw new Error("killed");
  };
  await expect(applied(plan)).rejects.toThrow("killed");
  const id = `${CUT_CREATE}a1/${CONFIG.name}`;
  state = await oneTimePin.import!(id, connect());
  await destroy();
  expect(pins.there).toBeUndefined();

  pins.there = { id: "theirs", name: "Code by mail" };
  await expect(oneTimePin.import!(id, connect())).rejects.toThrow(NOTHING_LEFT);
});
