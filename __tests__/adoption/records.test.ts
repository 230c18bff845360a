import { records, type RecordScene } from "../../adoption/records";
import type { JournalEntry } from "../../deployment/journal-entries";
import type { PlannedRecord } from "../../doctor/planned";
import { toRecord } from "../../providers/dns-record/api";

const HOST = "comfyui.datacrew.space";
const TUNNEL = "6ff42ae2-765d-4adf-8112-31c55c1551ef";

const RIGHT = {
  id: "r1",
  name: HOST,
  type: "CNAME",
  content: `${TUNNEL}.cfargotunnel.com`,
  proxied: true,
};
const ADDRESS = { ...RIGHT, type: "A", content: "203.0.113.10" };
const NOTE = { id: `z1 DNS record ${HOST}`, claim: "r1" };

type Recorded = Awaited<ReturnType<RecordScene["account"]["records"]>>[number];

/** What becomes of records, and what a destroy leaves of them. */
async function rowsOf(
  there: readonly Recorded[],
  planned: PlannedRecord = {},
  noted: readonly JournalEntry[] = [],
) {
  const { lines, rows } = await records({
    account: {
      tunnel: async () => ({ id: TUNNEL, name: "home", source: "cloudflare" }),
      records: async () => [...there],
    },
    noted,
    taken: new Set<string>(),
    service: { hostname: HOST, record: planned },
  });
  expect(lines.map(({ text }) => text)).toEqual(
    planned.ownership !== "replace" &&
      rows.some(({ becomes }) => becomes === "taken over")
      ? ['dnsRecord: "replace",']
      : [],
  );
  return rows;
}

async function becoming(...given: Parameters<typeof rowsOf>) {
  const rows = await rowsOf(...given);
  return rows.map(({ afterDestroy, becomes }) => [becomes, afterDestroy]);
}

test("one that leads to the tunnel is used and stays, with no line for it", async () => {
  expect(await becoming([RIGHT])).toEqual([["used", "untouched"]]);
  expect(await becoming([RIGHT], { id: "r1", made: false })).toEqual([
    ["used", "untouched"],
  ]);
  expect(await becoming([RIGHT], { ownership: "existing" })).toEqual([
    ["used", "untouched"],
  ]);
});

test("one that the stack made goes with a destroy, whatever has become of it", async () => {
  const own = { id: "r1", made: true };
  expect(await becoming([RIGHT], own)).toEqual([
    ["the stack's own", "deleted"],
  ]);
  const [changed] = await rowsOf([{ ...RIGHT, proxied: false }], own);
  expect(changed).toMatchObject({
    becomes: "the stack's own",
    why: expect.stringMatching(
      /is not proxied.*: the next deploy fixes it$/,
    ) as unknown,
    afterDestroy: "deleted",
  });
});

test("one that only the provider's note knows is the stack's own again", async () => {
  expect(await becoming([RIGHT], {}, [NOTE])).toEqual([
    ["the stack's own", "deleted"],
  ]);
  expect(await becoming([RIGHT], {}, [{ ...NOTE, claim: "" }])).toEqual([
    ["the stack's own", "deleted"],
  ]);
  expect(await becoming([RIGHT], {}, [{ ...NOTE, claim: "r2" }])).toEqual([
    ["used", "untouched"],
  ]);
  expect(await becoming([ADDRESS], {}, [NOTE])).toEqual([
    ["taken over", "put back"],
  ]);
  const cut = { ...NOTE, claim: "", records: JSON.stringify([ADDRESS]) };
  expect(await becoming([ADDRESS], { ownership: "replace" }, [cut])).toEqual([
    ["taken over", "put back"],
  ]);
});

test("of one that stands in the place of others a destroy puts these back", async () => {
  const own = { id: "r1", made: true, previous: [toRecord(ADDRESS)] };
  expect(await becoming([RIGHT], own)).toEqual([
    ["the stack's own", "A 203.0.113.10 put back in its place"],
  ]);
  const stays = "not put back: deploy first for that";
  expect(await becoming([{ ...RIGHT, proxied: false }], own)).toEqual([
    ["the stack's own", `left as it is, and A 203.0.113.10 ${stays}`],
  ]);
  expect(await becoming([], own)).toEqual([
    ["made", `A 203.0.113.10 ${stays}`],
  ]);
  expect(await becoming([], { id: "r1", made: true })).toEqual([]);
});

test("one that the stack made is let go where it is to exist already", async () => {
  const released = { id: "r1", made: true, ownership: "existing" };
  expect(await becoming([RIGHT], released)).toEqual([
    ["used", 'deleted; once dnsRecord: "existing" is deployed, untouched'],
  ]);
  expect(await becoming([ADDRESS], released)).toEqual([
    ["taken over", "put back"],
  ]);
});

test.each([
  ["an address", [ADDRESS]],
  ["another tunnel", [{ ...RIGHT, content: "other.cfargotunnel.com" }]],
  ["two addresses", [ADDRESS, { ...ADDRESS, id: "r2", type: "AAAA" }]],
  ["this tunnel, not proxied", [{ ...RIGHT, proxied: false }]],
])("what leads elsewhere is replaced, by a line: %s", async (_, there) => {
  for (const row of await rowsOf(there)) {
    expect(row).toMatchObject({ becomes: "taken over", isNew: true });
    expect(row.todo).toBeUndefined();
    expect(row.afterDestroy).toBe("put back");
  }
});

test("what changes of one that is replaced, and who loses what", async () => {
  expect(await rowsOf([ADDRESS], { ownership: "replace" })).toMatchObject([
    {
      why: "it leads elsewhere, to an address where a CNAME to the tunnel is due: whoever uses that by this name loses it, and whoever knows 203.0.113.10 gets there as before",
      changes: [
        { attribute: "type", before: "A", after: "CNAME" },
        { attribute: "content", before: "203.0.113.10", after: RIGHT.content },
      ],
    },
  ]);
});

test.each([
  ["a Worker's domain", { ...ADDRESS, meta: { read_only: true } }],
  ["other name servers", { ...RIGHT, type: "NS", content: "ns.example" }],
])("what nobody here can replace is in the way: %s", async (_, there) => {
  expect(await rowsOf([there], { ownership: "replace" })).toMatchObject([
    {
      becomes: "in the way",
      todo: expect.stringMatching(
        /^Give the service another hostname/,
      ) as unknown,
      afterDestroy: "untouched",
    },
  ]);
});

test("what the code insists on and the account has not is to be left out", async () => {
  const todo = expect.stringMatching(/^Leave dnsRecord out of main.ts/);
  expect(await rowsOf([RIGHT], { ownership: "create" })).toMatchObject([
    { becomes: "in the way", todo },
  ]);
  expect(await rowsOf([], { ownership: "existing" })).toMatchObject([
    { becomes: "in the way", todo },
  ]);
});

test("says nothing where there is none: the stack makes it", async () => {
  expect(await rowsOf([])).toEqual([]);
  const text = { ...RIGHT, type: "TXT", content: "note" };
  expect(await rowsOf([text])).toEqual([]);
});
