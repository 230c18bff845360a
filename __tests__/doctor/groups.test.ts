import type { NamedAccount } from "../../account/named-account";
import { groupsCheck } from "../../doctor/checks/groups";
import type { AccountContext } from "../../doctor/context";
import type { PlannedGroup } from "../../doctor/planned";

/** What the check says of groups that are made, allowed and there. */
async function look(
  made: readonly Omit<PlannedGroup, "stack">[],
  allowedGroups: readonly string[],
  there: readonly { id: string; name: string }[],
) {
  const context = {
    account: { groups: async () => there } as Partial<NamedAccount>,
    plans: {
      groups: made.map((group) => ({ ...group, stack: "identity" })),
      loginMethods: [],
      services: [{ allowedGroups }],
    },
  } as unknown as AccountContext;
  const seen = [await groupsCheck.run(context)].flat();
  return seen.map(({ status, what }) => [status, what]);
}

const artists = { id: "1", name: "artists" };

test("says nothing where no group is named", async () => {
  expect(await look([], [], [artists])).toEqual([]);
});

test("a group that was made, and is named by a service, is told of once", async () => {
  expect(await look([artists], ["artists"], [artists])).toEqual([
    ["ok", expect.stringContaining("made by the stack identity")],
  ]);
});

test("a group will be made", async () => {
  expect(await look([{ name: "artists" }], ["artists"], [])).toEqual([
    ["ok", expect.stringContaining("will be made")],
  ]);
});

test("a group that was made and is gone is told of", async () => {
  expect(await look([artists], ["artists"], [])).toEqual([
    ["warning", expect.stringContaining("is gone")],
  ]);
});

test("a group that the stack does not know is to be adopted", async () => {
  expect(await look([{ name: "artists" }], [], [artists])).toEqual([
    ["problem", expect.stringContaining("a second of this name")],
  ]);
});

test("a group that others made is only read", async () => {
  expect(await look([], ["artists"], [artists])).toEqual([
    ["ok", "artists exists and is only read"],
  ]);
});

test.each([
  ["that others made", []],
  ["that the stack made", [artists]],
])("two groups of one name, %s, can't be looked up", async (_, made) => {
  const twin = { id: "2", name: "artists" };
  expect(await look(made, ["artists"], [artists, twin])).toEqual([
    ["problem", expect.stringContaining("2 groups are named artists")],
  ]);
});

test("a group that is nowhere is missed, with the names there are", async () => {
  expect(await look([], ["painters"], [artists])).toEqual([
    ["problem", "no group is named painters: there are artists"],
  ]);
});
