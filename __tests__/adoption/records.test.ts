import { records, type RecordScene } from "../../adoption/records";
import type { JournalEntry } from "../../deployment/journal-entries";
import type { PlannedRecord } from "../../doctor/planned";

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
  expect(lines).toEqual([]);
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
    ["in the way", "untouched"],
  ]);
});

test("one that the stack made is let go where it is to exist already", async () => {
  const released = { id: "r1", made: true, ownership: "existing" };
  expect(await becoming([RIGHT], released)).toEqual([["used", "untouched"]]);
  expect(await becoming([ADDRESS], released)).toEqual([
    ["in the way", "untouched"],
  ]);
});

test.each([
  ["an address", [ADDRESS]],
  ["another tunnel", [{ ...RIGHT, content: "other.cfargotunnel.com" }]],
  ["two addresses", [ADDRESS, { ...ADDRESS, id: "r2", type: "AAAA" }]],
])("what leads elsewhere is in the way: %s", async (_, there) => {
  for (const row of await rowsOf(there))
    expect(row).toMatchObject({
      becomes: "in the way",
      todo: expect.stringMatching(
        /hostname; or, if nothing else needs it, delete what is there \(dashboard, DNS, Records; note it before, by "Import and Export" there, as nothing gives it back\): the next deploy makes/,
      ),
      afterDestroy: "untouched",
    });
});

test("one to this tunnel has its proxy switched on where the host is protected, and is not deleted", async () => {
  const off = { ...RIGHT, proxied: false };
  expect(await rowsOf([off])).toMatchObject([
    {
      becomes: "in the way",
      todo: expect.stringMatching(
        /^If an application of Access covers comfyui\.datacrew\.space .*, switch the proxy of this record on .* If none does, delete what is there/,
      ) as unknown,
    },
  ]);
});

test("one in the way goes only once an application covers the host, where a wildcard answers for it", async () => {
  const above = { ...RIGHT, id: "r9", name: "*.datacrew.space" };
  const rows = await rowsOf([ADDRESS, above]);
  expect(rows).toMatchObject([
    {
      id: ADDRESS.id,
      todo: expect.stringMatching(
        /see first that an application of Access covers comfyui\.datacrew\.space alone .* the wildcard record \*\.datacrew\.space leads to a tunnel .*; then delete what is there/,
      ),
    },
  ]);
  for (const elsewhere of [
    { ...above, content: "www.example.com" },
    { ...above, proxied: false },
    { ...above, name: "*.example.com" },
  ])
    expect((await rowsOf([ADDRESS, elsewhere]))[0]?.todo).not.toMatch(
      /see first/,
    );
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
