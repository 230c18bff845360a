import {
  toRecord,
  type Batch,
  type HostRecord,
  type Wanted,
} from "../../../providers/dns-record/api";
import { recordsIn } from "../../../providers/dns-record/former";
import { giveBackCut } from "../../../providers/dns-record/cut";
import { dnsRecord } from "../../../providers/dns-record/resource";
import { Client, type Records } from "../../../providers/tunnel-route/client";
import { CallFailure } from "../../../providers/tunnel-route/failure";
import type { Journal } from "../../../providers/tunnel-route/journal";
import { standardPlan } from "../../../terraform-plugin/plan";
import { decodeJson } from "../../../terraform-plugin/state-json";
import { typeOfSchema } from "../../../terraform-plugin/types";
import type { Context } from "../../../terraform-plugin/provider";
import { plain, type JsonObject } from "../../../providers/tunnel-route/json";
import { UNKNOWN, type ObjectValue } from "../../../terraform-plugin/value";
import { contextWith } from "../context";
import { MemoryJournal } from "../tunnel-route/memory-journal";

const HOST = "app.example.com";
const HERE = "t1.cfargotunnel.com";
const CONFIG = { zone_id: "z1", name: HOST, content: HERE, ownership: null };
const THEIRS = record({ id: "theirs" });

/** One that leads to the tunnel, as Cloudflare answers it, with something else. */
function record(more: JsonObject = {}): HostRecord {
  return toRecord({
    ...{ name: HOST, type: "CNAME", content: HERE, proxied: true, ttl: 1 },
    ...{ comment: null, tags: [], settings: {}, meta: {}, proxiable: true },
    ...more,
  });
}

/** A zone, and what is asked of it. */
class Zone implements Records {
  records: HostRecord[] = [];
  readonly calls: string[] = [];
  /** Runs in the place of the next creation or batch; `make` makes it. */
  onCreate: (<T>(make: () => T) => T) | undefined;
  #next = 1;

  async find(_: string, name: string) {
    return this.records.filter((record) => record.name === name);
  }

  async get(_: string, id: string) {
    return this.records.find((record) => record.id === id);
  }

  async create(_: string, wanted: Wanted) {
    this.calls.push("create");
    return this.#make(() => this.#add({ ...wanted, proxied: true }));
  }

  async change(_: string, batch: Batch) {
    const { deletes = [], posts = [], puts = [] } = plain(batch);
    this.calls.push("change");
    return this.#make(() => {
      const gone = deletes.map(({ id }) => id);
      this.records = this.records.filter(({ id }) => !gone.includes(id));
      for (const one of puts)
        this.records = this.records.map((other) =>
          other.id === one["id"] ? record(one) : other,
        );
      const ids = posts.map((one) => this.#add(one));
      const types = this.records.map(({ type }) => type).filter(isOfHost);
      if (types.includes("CNAME") && types.length > 1) throw new Error("81053");
      return ids;
    });
  }

  #add(body: JsonObject): string {
    const id = `ours-${this.#next++}`;
    // Of HTTPS and its like the content is made of the data.
    const { data } = body as { data?: object };
    const content = data && Object.values(data).join(" ");
    this.records.push(record({ ...body, ...(content && { content }), id }));
    return id;
  }

  #make<T>(make: () => T): T {
    const { onCreate } = this;
    this.onCreate = undefined;
    return onCreate ? onCreate(make) : make();
  }

  async update(_: string, id: string, wanted: Wanted) {
    this.calls.push("update");
    this.edit(id, { ...wanted, proxied: true });
  }

  async remove(_: string, id: string) {
    this.calls.push("remove");
    this.records = this.records.filter((record) => record.id !== id);
  }

  /** As somebody does in the dashboard. */
  edit(id: string, values: JsonObject): void {
    this.records = this.records.map((one) =>
      one.id === id ? record({ ...one.whole, ...values }) : one,
    );
  }
}

const isOfHost = (type: string) => ["A", "AAAA", "CNAME"].includes(type);

let zone: Zone;
let journal: MemoryJournal;
let warnings: string[];
let details: string[];
let state: ObjectValue | null;
beforeEach(() => {
  zone = new Zone();
  journal = new MemoryJournal();
  warnings = [];
  details = [];
  state = null;
});

function connect(destroysAll = false): Context<Client> {
  return contextWith(
    new Client({
      api: {} as Client["api"],
      managedTunnels: {} as Client["managedTunnels"],
      pins: {} as Client["pins"],
      applications: {} as Client["applications"],
      records: zone,
      names: {} as Client["names"],
      journal: journal as unknown as Journal,
      lockFolder: "/nowhere",
      destroysAll,
      sleep: async () => {},
    }),
    (text, detail = "") => {
      warnings.push(text);
      details.push(detail);
    },
  );
}

type Config = Omit<typeof CONFIG, "ownership"> & {
  readonly ownership: string | null;
};

const OPEN = {
  ...{ id: null, type: null, proxied: null, made: null },
  ...{ previous: null, added: null, drift: null },
};

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
  expect(zone.records).toEqual([record({ id: "ours-1" })]);
  expect(await planned()).toEqual(state);
  await deploy();

  await destroy();
  expect(zone.records).toEqual([]);
  expect(zone.calls).toEqual(["create", "remove"]);
});

/** What is said of what somebody has set on it. */
const dropped = () =>
  warnings.filter((text) => /^The destroy drops/.test(text));
const DROPS =
  'The destroy drops what somebody has set on the DNS record of app.example.com: comment "mine now", tags ["a:b"]';

test("says what somebody has set on its own, at the plan of a destroy and at the destroy", async () => {
  await deploy();
  zone.edit("ours-1", { comment: "mine now", tags: ["a:b"], settings: {} });
  expect(await planned()).toEqual(state);
  await deploy();
  expect(dropped()).toEqual([]);
  await destroy();
  expect(zone.records).toEqual([]);
  expect(dropped()).toEqual([DROPS, DROPS]);
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
  ["an address", [record({ type: "A", content: "192.0.2.1" })], "A 192.0.2.1"],
  [
    "another tunnel",
    [record({ content: "t2.cfargotunnel.com" })],
    "CNAME t2.cfargotunnel.com (a tunnel, proxied)",
  ],
  [
    "several places",
    [THEIRS, record({ id: "b", type: "A", content: "192.0.2.1" })],
    "A 192.0.2.1",
  ],
  ["this tunnel, not proxied", [record({ proxied: false })], "not proxied"],
])("refuses one that leads to %s, and says so", async (_, records, says) => {
  zone.records = records;
  await expect(planned()).rejects.toThrow(says);
  await expect(planned()).rejects.toThrow(
    /Nothing was written\..*write dnsRecord: "replace" in main\.ts/i,
  );
  expect(zone.calls).toEqual([]);
});

test("takes a name for the same whatever its case", async () => {
  zone.records = [record({ id: "theirs", content: "T1.cfargotunnel.com." })];
  await deploy();
  expect(await planned()).toEqual(state);
  expect(state).toMatchObject({ made: false, content: HERE });
});

test("puts its own right that somebody changed", async () => {
  await deploy();
  zone.edit("ours-1", { content: "elsewhere.example", proxied: false });
  await deploy();
  expect(zone.records).toEqual([record({ id: "ours-1" })]);
});

test("leads its own to another tunnel", async () => {
  await deploy();
  await deploy({ ...CONFIG, content: "t2.cfargotunnel.com" });
  expect(zone.records).toMatchObject([{ content: "t2.cfargotunnel.com" }]);
});

test("refuses one it only uses once somebody led it elsewhere, and leaves it on a destroy", async () => {
  zone.records = [THEIRS];
  await deploy();
  zone.edit("theirs", { content: "elsewhere.example" });
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
  zone.records = [record({ id: "former" })];
  const { content, name, proxied, type } = THEIRS;
  const values = {
    ...{ ...OPEN, ...CONFIG, content, name, proxied, type },
    id: "former",
  };
  state = await dnsRecord.move!({ typeName: "cloudflare_dns_record", values });
  expect(await planned()).toEqual(state);
  await destroy();
  expect(zone.records).toEqual([]);
});

test("goes on with a state of before it could replace anything", async () => {
  const type = typeOfSchema(dnsRecord.schema);
  for (const there of [[], [THEIRS]]) {
    zone.records = [...there];
    await deploy();
    const { added, drift, previous, ...older } = state!;
    expect([added, drift, previous]).toEqual([null, null, null]);
    const json = new TextEncoder().encode(JSON.stringify(older));
    state = decodeJson(type, json) as ObjectValue;
    expect(await planned()).toEqual(state);
    const asked = { ...CONFIG, ownership: "replace" };
    expect(await planned(asked)).toEqual({ ...state, ...asked });
    await destroy();
    expect(zone.records).toEqual(there);
  }
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

function refuse(): never {
  throw CallFailure.refused("POST /x", {
    status: 400,
    retryAfter: null,
    success: false,
    result: null,
    errors: [],
  });
}

test("forgets a creation that Cloudflare refused", async () => {
  zone.onCreate = refuse;
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

describe("replace", () => {
  const replace = { ...CONFIG, ownership: "replace" };
  const address = (id: string, more: JsonObject = {}) =>
    record({ id, type: "A", content: "192.0.2.1", comment: "home", ...more });
  const HTTPS = record({
    ...{ id: "https", type: "HTTPS", proxied: false, ttl: 300 },
    content: "1 old.example alpn=h2",
    data: { priority: 1, target: "old.example", value: "alpn=h2" },
  });
  const MAIL = ["MX", "TXT", "SRV"].map((type) =>
    record({ id: type, type, content: "mail", proxied: false }),
  );

  /** What the records say, in whatever order, and with whatever ids. */
  const said = (records: readonly HostRecord[]) =>
    records.map(({ whole }) => ({ ...whole, id: null }));

  test.each([
    ["an address", [address("a")]],
    ["an address, not proxied", [address("a", { proxied: false, ttl: 300 })]],
    [
      "addresses of both kinds",
      [
        address("a"),
        address("b", { content: "192.0.2.2" }),
        address("c", { type: "AAAA", content: "2001:db8::1", tags: ["x:y"] }),
      ],
    ],
    ["another tunnel", [record({ id: "a", content: "t2.cfargotunnel.com" })]],
    ["this tunnel, not proxied", [record({ id: "a", proxied: false })]],
    [
      "a name, flattened",
      [
        record({
          ...{ id: "a", content: "old.example", proxied: false, ttl: 60 },
          ...{ settings: { flatten_cname: true }, comment: "old" },
        }),
      ],
    ],
    ["an address, and another name for browsers", [address("a"), HTTPS]],
  ])("%s: ours in one step, and all of it back in one", async (_, there) => {
    zone.records = [...MAIL, ...there];
    const plan = await planned(replace);
    expect(warnings[0]).toMatch(/^app\.example\.com leads elsewhere today/);
    await applied(plan);
    const others = zone.records.filter(
      ({ id }) => !MAIL.some((one) => one.id === id),
    );
    expect(others).toMatchObject([
      { type: "CNAME", content: HERE, proxied: true, whole: { ttl: 1 } },
    ]);
    expect(zone.calls).toEqual(["change"]);
    expect(await planned(replace)).toEqual(state);

    await destroy();
    expect(warnings.at(-1)).toMatch(/^The destroy puts back where/);
    expect(said(zone.records)).toEqual(said([...MAIL, ...there]));
    expect(zone.calls).toEqual(["change", "change"]);
    expect(journal.read(`z1 DNS record ${HOST}`)).toBeUndefined();
  });

  test("what somebody has set on one that goes is said; where nobody has, nothing", async () => {
    zone.records = [address("a")];
    await deploy(replace);
    const id = String(state!["id"]);
    zone.edit(id, { comment: "mine now", tags: ["a:b"] });
    expect(await planned(replace)).toEqual(state);
    await destroy();
    expect(said(zone.records)).toEqual(said([address("a")]));
    expect(dropped()).toEqual([DROPS, DROPS]);
    await deploy(replace);
    await destroy();
    expect(dropped()).toHaveLength(2);
  });

  test("a CNAME keeps its id and what people say of it, be that changed meanwhile", async () => {
    zone.records = [
      record({ id: "a", content: "old.example", comment: "old" }),
    ];
    await deploy(replace);
    expect(state).toMatchObject({ id: "a", made: true });
    expect(zone.records[0]?.whole).toMatchObject({ comment: "old" });
    zone.edit("a", { comment: "by Ada" });
    expect(await planned(replace)).toEqual(state);
    await destroy();
    expect(zone.records).toEqual([
      record({ id: "a", content: "old.example", comment: "by Ada" }),
    ]);
    expect(dropped()).toEqual([]);
  });

  test("one that is right is used, and one is made where there is none", async () => {
    zone.records = [THEIRS];
    await deploy(replace);
    expect(state).toMatchObject({ made: false, previous: null });
    await destroy();
    zone.records = [];
    await deploy(replace);
    expect(state).toMatchObject({ made: true, previous: null });
    await destroy();
    expect(zone.records).toEqual([]);
  });

  test.each([
    ["NS", [record({ type: "NS", proxied: false })], "other name servers"],
    [
      "a Worker's domain",
      [address("a", { meta: { read_only: true } })],
      "belongs to another product",
    ],
  ])("%s: refused", async (_, there, says) => {
    zone.records = there;
    await expect(planned(replace)).rejects.toThrow(says);
    expect(zone.calls).toEqual([]);
  });

  test("what has changed since the plan is not replaced", async () => {
    zone.records = [address("a")];
    const plan = await planned(replace);
    zone.edit("a", { content: "192.0.2.9" });
    await expect(applied(plan)).rejects.toThrow("has changed since the plan");
    zone.records = [];
    const none = await planned(replace);
    zone.records = [address("a")];
    await expect(applied(none)).rejects.toThrow("has changed since the plan");
    expect(zone.calls).toEqual([]);
  });

  test("a lost answer, and a kill after the write: the former are remembered", async () => {
    for (const error of [
      CallFailure.noAnswer("POST /x", new Error("reset")),
      new Error("killed"),
    ]) {
      zone.records = [address("a")];
      zone.onCreate = (make) => {
        make();
        throw error;
      };
      await deploy(replace).catch(() => {});
      state ??= null;
      await deploy(replace);
      expect(recordsIn(state!["previous"])).toMatchObject([{ id: "a" }]);
      await destroy();
      expect(said(zone.records)).toEqual(said([address("a")]));
    }
  });

  /** The next write is done, and the run that asked for it killed. */
  function cutOff() {
    zone.onCreate = (make) => {
      make();
      throw new Error("killed");
    };
  }

  test("of a create that was cut off the destroy of the host's route gives back what was there", async () => {
    for (const there of [[], [address("a")]]) {
      zone.records = [...MAIL, ...there];
      cutOff();
      await expect(deploy(replace)).rejects.toThrow("killed");
      await giveBackCut(HOST, connect());
      expect(said(zone.records)).toEqual(said([...MAIL, ...there]));
    }
    zone.records = [address("a")];
    zone.onCreate = () => {
      throw new Error("killed");
    };
    await expect(deploy(replace)).rejects.toThrow("killed");
    await giveBackCut(HOST, connect());
    expect(journal.read(`z1 DNS record ${HOST}`)).toBeUndefined();
    // Of one that the state knows its own destroy does.
    await deploy(replace);
    const before = zone.records;
    await giveBackCut(HOST, connect());
    expect(zone.records).toEqual(before);
  });

  test("of one whose id was noted, and whose state was not saved, a destroy of all gives back what was there", async () => {
    for (const there of [[], [address("a")]]) {
      zone.records = [...MAIL, ...there];
      state = null;
      await deploy(replace);
      await giveBackCut(HOST, connect(true));
      expect(said(zone.records)).toEqual(said([...MAIL, ...there]));
      expect(journal.read(`z1 DNS record ${HOST}`)).toBeUndefined();
    }
  });

  test("what took the place of another's in a run that was cut off is its own the next time", async () => {
    const theirs = address("b", { content: "192.0.2.7" });
    const elsewhere = record({ id: "a", content: "t2.cfargotunnel.com" });
    for (const [before, after] of [
      [address("a"), theirs],
      [THEIRS, { ...elsewhere, id: "theirs" }],
    ] as const) {
      [state, zone.records] = [null, [before]];
      await deploy(replace);
      const id = String(state!["id"]);
      if (after === theirs) zone.records = [theirs];
      else zone.edit(id, { content: after.content });
      const former = zone.records;
      const plan = await planned(replace);
      const cut = state;
      cutOff();
      await expect(applied(plan)).rejects.toThrow("killed");
      state = cut;
      expect(await planned(replace)).toEqual(state);
      await destroy();
      expect(said(zone.records)).toEqual(said(former));
    }
  });

  test("a destroy that was cut off after its write is done the next time", async () => {
    zone.records = [address("a")];
    await deploy(replace);
    const before = state;
    zone.onCreate = (make) => {
      make();
      throw new Error("killed");
    };
    await expect(destroy()).rejects.toThrow("killed");
    state = before;
    await destroy();
    expect(said(zone.records)).toEqual(said([address("a")]));
    expect(zone.calls).toEqual(["change", "change"]);
  });

  test("without its state the journal knows the former, and a destroy imports it", async () => {
    zone.records = [address("a")];
    await deploy(replace);
    state = null;
    state = await dnsRecord.import!(`cut:z1/${HOST}`, connect());
    await destroy();
    expect(said(zone.records)).toEqual(said([address("a")]));
    await expect(
      dnsRecord.import!(`cut:z1/${HOST}`, connect()),
    ).rejects.toThrow("Nothing is left");
  });

  test("without its state, and ours gone, a refused creation forgets nothing", async () => {
    zone.records = [address("a")];
    await deploy(replace);
    [state, zone.records, zone.onCreate] = [null, [], refuse];
    await expect(deploy(replace)).rejects.toThrow("answered 400");
    await deploy(replace);
    await destroy();
    expect(said(zone.records)).toEqual(said([address("a")]));
  });

  test("without state and journal it is somebody's, or by a word deleted, and said", async () => {
    zone.records = [address("a")];
    await deploy(replace);
    const id = String(state!["id"]);
    [state, journal] = [null, new MemoryJournal()];
    expect(await planned(replace)).toMatchObject({ made: false });
    state = await dnsRecord.import!(`z1/${id}`, connect());
    await destroy();
    expect(warnings.at(-1)).toMatch(/^The destroy deletes the DNS record of/);
    expect(zone.records).toEqual([]);
  });

  test.each([
    ["led it elsewhere", () => zone.edit("ours-1", { content: "x.example" })],
    ["switched its proxy off", () => zone.edit("ours-1", { proxied: false })],
    ["deleted it", () => void (zone.records = [])],
    [
      "put an address in its place",
      () => void (zone.records = [address("new", { content: "192.0.2.9" })]),
    ],
    [
      "put another beside it",
      () => void zone.records.push(record({ id: "new" })),
    ],
  ])(
    "somebody %s: a destroy leaves that and prints the former",
    async (_, change) => {
      zone.records = [address("a")];
      await deploy(replace);
      change();
      const theirs = zone.records;
      await destroy();
      expect(warnings.at(-1)).toMatch(/^Somebody has changed where/);
      expect(details.at(-1)).toContain('"content":"192.0.2.1"');
      expect(zone.records).toEqual(theirs);
      expect(zone.calls).toEqual(["change"]);
    },
  );

  test.each([
    ["led it elsewhere", () => zone.edit("ours-1", { content: "x.example" })],
    ["deleted it", () => void (zone.records = [])],
  ])(
    "somebody %s: a deploy puts it right, and a destroy the former",
    async (_, change) => {
      zone.records = [address("a")];
      await deploy(replace);
      change();
      await deploy(replace);
      expect(zone.records).toMatchObject([{ content: HERE, proxied: true }]);
      expect(await planned(replace)).toEqual(state);
      await destroy();
      expect(said(zone.records)).toEqual(said([address("a")]));
    },
  );

  test("what somebody put in its place is replaced in turn, and then comes back", async () => {
    zone.records = [address("a")];
    await deploy(replace);
    const theirs = address("new", { content: "192.0.2.9" });
    zone.records = [theirs];
    await expect(planned()).rejects.toThrow("leads elsewhere already");
    await deploy(replace);
    expect(warnings.some((text) => text.startsWith("Somebody has"))).toBe(true);
    await destroy();
    expect(said(zone.records)).toEqual(said([theirs]));
  });

  test("one that it only used is replaced once somebody led it elsewhere", async () => {
    zone.records = [THEIRS];
    await deploy();
    zone.edit("theirs", { content: "x.example" });
    await deploy(replace);
    expect(state).toMatchObject({ made: true });
    await destroy();
    expect(zone.records).toMatchObject([{ content: "x.example" }]);
  });

  test('taken out of the code it stays so; "existing" would forget it and is refused', async () => {
    zone.records = [address("a")];
    await deploy(replace);
    await deploy();
    expect(warnings.at(-1)).toMatch(/goes on standing in the place of A 192/);
    expect(await planned()).toEqual(state);
    await deploy({ ...CONFIG, ownership: "create" });
    const existing = { ...CONFIG, ownership: "existing" };
    await expect(planned(existing)).rejects.toThrow("would forget that");
    await destroy();
    expect(said(zone.records)).toEqual(said([address("a")]));
  });

  test("to another tunnel it moves, and the former come back from there", async () => {
    zone.records = [address("a")];
    await deploy(replace);
    await deploy({ ...replace, content: "t2.cfargotunnel.com" });
    expect(zone.records).toMatchObject([{ content: "t2.cfargotunnel.com" }]);
    await destroy();
    expect(said(zone.records)).toEqual(said([address("a")]));
  });

  test("a resource of another name in the code takes it over with what was before", async () => {
    zone.records = [address("a")];
    await deploy(replace);
    const former = state!;
    state = null;
    const context = connect();
    state = await dnsRecord.create(await planned(replace), context, CONFIG);
    await dnsRecord.delete(former, context);
    expect(zone.records).toMatchObject([{ content: HERE }]);
    await destroy();
    expect(said(zone.records)).toEqual(said([address("a")]));
  });
});
