import type { HostRecord, Wanted } from "../../../providers/dns-record/api";
import { dnsRecord } from "../../../providers/dns-record/resource";
import { Client, type Records } from "../../../providers/tunnel-route/client";
import { CallFailure } from "../../../providers/tunnel-route/failure";
import type { Journal } from "../../../providers/tunnel-route/journal";
import { standardPlan } from "../../../terraform-plugin/plan";
import type { Context } from "../../../terraform-plugin/provider";
import { UNKNOWN, type ObjectValue } from "../../../terraform-plugin/value";
import { MemoryJournal } from "../tunnel-route/memory-journal";

const HOST = "app.example.com";
const HERE = "t1.cfargotunnel.com";
const CONFIG = { zone_id: "z1", name: HOST, content: HERE, ownership: null };
const THEIRS: HostRecord = {
  id: "theirs",
  name: HOST,
  type: "CNAME",
  content: HERE,
  proxied: true,
};

/** A zone, and what is asked of it. */
class Zone implements Records {
  records: HostRecord[] = [];
  readonly calls: string[] = [];
  /** Runs in the place of the next creation; `make` makes it. */
  onCreate: ((make: () => string) => string) | undefined;
  #next = 1;

  async find(_: string, name: string) {
    return this.records.filter((record) => record.name === name);
  }

  async get(_: string, id: string) {
    return this.records.find((record) => record.id === id);
  }

  async create(_: string, wanted: Wanted) {
    this.calls.push("create");
    const make = () => {
      const id = `ours-${this.#next++}`;
      this.records.push({ ...wanted, id, proxied: true });
      return id;
    };
    const { onCreate } = this;
    this.onCreate = undefined;
    return onCreate ? onCreate(make) : make();
  }

  async update(_: string, id: string, wanted: Wanted) {
    this.calls.push("update");
    this.change(id, { ...wanted, proxied: true });
  }

  async remove(_: string, id: string) {
    this.calls.push("remove");
    this.records = this.records.filter((record) => record.id !== id);
  }

  change(id: string, values: Partial<HostRecord>): void {
    this.records = this.records.map((record) =>
      record.id === id ? { ...record, ...values } : record,
    );
  }
}

let zone: Zone;
let journal: MemoryJournal;
let warnings: string[];
let state: ObjectValue | null;
beforeEach(() => {
  zone = new Zone();
  journal = new MemoryJournal();
  warnings = [];
  state = null;
});

function connect(): Context<Client> {
  return {
    client: new Client({
      api: {} as Client["api"],
      managedTunnels: {} as Client["managedTunnels"],
      pins: {} as Client["pins"],
      applications: {} as Client["applications"],
      records: zone,
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

type Config = Omit<typeof CONFIG, "ownership"> & {
  readonly ownership: string | null;
};

const OPEN = { id: null, type: null, proxied: null, made: null };

/** Refreshes and plans as Terraform does; gives what an apply would start from. */
async function planned(config: Config = CONFIG): Promise<ObjectValue> {
  const context = connect();
  if (state) state = await dnsRecord.read(state, context);
  const given = { ...OPEN, ...config };
  const proposed = { ...given, ...state, ...config };
  const standard = standardPlan(dnsRecord.schema, state, proposed, given);
  const request = { prior: state, config: given, planned: standard };
  return (await dnsRecord.plan!(request, context)).planned;
}

async function applied(plan: ObjectValue): Promise<void> {
  const context = connect();
  if (state === null) state = await dnsRecord.create(plan, context, CONFIG);
  else if (JSON.stringify(plan) !== JSON.stringify(state))
    state = await dnsRecord.update(plan, state, context, CONFIG);
}

const deploy = async (config: Config = CONFIG) =>
  applied(await planned(config));

async function destroy(): Promise<void> {
  const context = connect();
  if (state) state = await dnsRecord.read(state, context);
  if (state) {
    await dnsRecord.planDestroy!(state, context);
    await dnsRecord.delete(state, context);
  }
  state = null;
}

test("makes one where there is none, keeps it at every deploy, and deletes it", async () => {
  await deploy();
  expect(zone.records).toEqual([{ ...THEIRS, id: "ours-1" }]);
  expect(await planned()).toEqual(state);
  await deploy();

  await destroy();
  expect(zone.records).toEqual([]);
  expect(zone.calls).toEqual(["create", "remove"]);
});

test("uses one that is there at every deploy, never writes it, and leaves it", async () => {
  zone.records = [THEIRS];
  expect(await planned()).toMatchObject({ id: "theirs", made: false });
  await deploy();
  expect(await planned()).toEqual(state);
  await deploy();
  await destroy();

  expect(zone.records).toEqual([THEIRS]);
  expect(zone.calls).toEqual([]);
  expect(warnings.at(-1)).toBe(`The DNS record of ${HOST} stays`);
});

test.each([
  [
    "an address",
    [{ ...THEIRS, type: "A", content: "192.0.2.1" }],
    "A 192.0.2.1",
  ],
  [
    "another tunnel",
    [{ ...THEIRS, content: "t2.cfargotunnel.com" }],
    "CNAME t2.cfargotunnel.com (a tunnel, proxied)",
  ],
  [
    "several places",
    [THEIRS, { ...THEIRS, id: "b", type: "A", content: "192.0.2.1" }],
    "A 192.0.2.1",
  ],
  ["this tunnel, not proxied", [{ ...THEIRS, proxied: false }], "not proxied"],
])("refuses one that leads to %s, and says so", async (_, records, says) => {
  zone.records = records;
  await expect(planned()).rejects.toThrow(says);
  await expect(planned()).rejects.toThrow("Nothing was written.");
  expect(zone.calls).toEqual([]);
});

test("takes a name for the same whatever its case", async () => {
  zone.records = [{ ...THEIRS, content: "T1.cfargotunnel.com." }];
  await deploy();
  expect(await planned()).toEqual(state);
  expect(state).toMatchObject({ made: false, content: HERE });
});

test("puts its own right that somebody changed", async () => {
  await deploy();
  zone.change("ours-1", { type: "A", content: "192.0.2.1", proxied: false });
  await deploy();
  expect(zone.records).toEqual([{ ...THEIRS, id: "ours-1" }]);
});

test("leads its own to another tunnel", async () => {
  await deploy();
  await deploy({ ...CONFIG, content: "t2.cfargotunnel.com" });
  expect(zone.records).toMatchObject([{ content: "t2.cfargotunnel.com" }]);
});

test("refuses one it only uses once somebody led it elsewhere, and leaves it on a destroy", async () => {
  zone.records = [THEIRS];
  await deploy();
  zone.change("theirs", { content: "elsewhere.example" });
  await expect(planned()).rejects.toThrow("CNAME elsewhere.example");
  await destroy();
  expect(zone.calls).toEqual([]);
});

test("makes its own where the one it used is gone", async () => {
  zone.records = [THEIRS];
  await deploy();
  zone.records = [];
  await deploy();
  expect(state).toMatchObject({ id: "ours-1", made: true });
  await destroy();
  expect(zone.records).toEqual([]);
});

test("uses one that somebody put in the place of its own, and leaves it", async () => {
  await deploy();
  zone.records = [THEIRS];
  await deploy();
  expect(state).toMatchObject({ id: "theirs", made: false });
  await destroy();
  expect(zone.records).toEqual([THEIRS]);
});

test("knows its own again after the state was lost, and deletes it", async () => {
  await deploy();
  state = null;
  await deploy();
  expect(state).toMatchObject({ id: "ours-1", made: true });
  await destroy();
  expect(zone.records).toEqual([]);
  expect(zone.calls).toEqual(["create", "remove"]);
});

test("says before it uses one, on a machine without notes, how to make it the stack's", async () => {
  await deploy();
  state = null;
  journal = new MemoryJournal();
  expect(await planned()).toMatchObject({ made: false });
  expect(warnings).toEqual([
    `${HOST} has a DNS record that leads to this tunnel: it is used as it is`,
  ]);
  state = await dnsRecord.import!("z1/ours-1", connect());
  expect(await planned()).toEqual(state);
  await destroy();
  expect(zone.records).toEqual([]);
});

test("goes on with one that Cloudflare's own resource made", async () => {
  zone.records = [{ ...THEIRS, id: "former" }];
  const values = { ...OPEN, ...CONFIG, ...THEIRS, id: "former" };
  state = await dnsRecord.move!({ typeName: "cloudflare_dns_record", values });
  expect(await planned()).toEqual(state);
  await destroy();
  expect(zone.records).toEqual([]);
});

test("is made of nothing else", () => {
  const from = { typeName: "cloudflare_record", values: {} };
  expect(() => dnsRecord.move!(from)).toThrow("cloudflare_record");
});

test("knows one whose answer got lost for its own", async () => {
  zone.onCreate = (make) => {
    make();
    throw CallFailure.noAnswer("POST /x", new Error("reset"));
  };
  await deploy();
  expect(state).toMatchObject({ id: "ours-1", made: true });
  expect(zone.calls).toEqual(["create"]);
});

test("knows one that a killed run made for its own", async () => {
  zone.onCreate = (make) => {
    make();
    throw new Error("killed");
  };
  await expect(deploy()).rejects.toThrow("killed");
  expect(await planned()).toMatchObject({ id: UNKNOWN, made: UNKNOWN });
  await deploy();
  expect(state).toMatchObject({ id: "ours-1", made: true });
});

test("forgets a creation that Cloudflare refused", async () => {
  zone.onCreate = () => {
    throw CallFailure.refused("POST /x", {
      status: 400,
      retryAfter: null,
      success: false,
      result: null,
      errors: [],
    });
  };
  await expect(deploy()).rejects.toThrow("answered 400");
  zone.records = [THEIRS];
  await deploy();
  expect(state).toMatchObject({ made: false });
});

test("fails where the one of the plan has gone, and writes nothing", async () => {
  zone.records = [THEIRS];
  const plan = await planned();
  zone.records = [];
  await expect(applied(plan)).rejects.toThrow("has changed since the plan");
  expect(zone.calls).toEqual([]);
});

test("stays where another resource of the code takes it over", async () => {
  await deploy();
  const context = connect();
  const former = state!;
  state = null;
  const plan = await planned();
  state = await dnsRecord.create(plan, context, CONFIG);
  await dnsRecord.delete(former, context);
  expect(zone.records).toMatchObject([{ id: "ours-1" }]);
  expect(state).toMatchObject({ id: "ours-1", made: true });
});

describe("what the code insists on", () => {
  const existing = { ...CONFIG, ownership: "existing" };
  const create = { ...CONFIG, ownership: "create" };

  test("existing: none is made", async () => {
    await expect(planned(existing)).rejects.toThrow('"existing" makes none');
  });

  test("existing: lets go of its own, which stays", async () => {
    await deploy();
    await deploy(existing);
    await destroy();
    expect(zone.records).toMatchObject([{ id: "ours-1" }]);
    expect(zone.calls).toEqual(["create"]);
  });

  test("create: none that is there is used", async () => {
    zone.records = [THEIRS];
    await expect(planned(create)).rejects.toThrow("has a DNS record already");
    await deploy();
    await expect(planned(create)).rejects.toThrow("has a DNS record already");
  });

  test("what its messages advise ends well", async () => {
    await expect(planned(existing)).rejects.toThrow("Leave dnsRecord out");
    await deploy();
    await destroy();
    zone.records = [THEIRS];
    await expect(planned(create)).rejects.toThrow("Leave dnsRecord out");
    await deploy();
    expect(zone.records).toEqual([THEIRS]);
  });
});
