import { countsOf } from "../../deployment/plan-words";
import type { ResourceChange } from "../../deployment/terraform";

function change(
  actions: readonly string[],
  more: Partial<ResourceChange> = {},
): ResourceChange {
  const address = `tunnel_route.${actions.join("_")}`;
  const type = "tunnel_route";
  return { address, type, actions, before: null, after: null, ...more };
}

test("counts what a plan makes, changes, replaces and deletes apart", () => {
  expect(
    countsOf([
      change(["create"]),
      change(["create"]),
      change(["update"]),
      change(["create", "delete"]),
      change(["delete", "create"]),
      change(["delete"]),
    ]),
  ).toBe("2 to create, 1 to change, 2 to replace, 1 to delete");
});

const REPLACING = { made: true, previous: "[{}]", drift: null };

test.each([
  ["one that is only used", ["create"], { after: { made: false } }, "use as"],
  ["one that was only used", ["delete"], { before: { made: false } }, "leave"],
  ["one that it lets go of", ["forget"], {}, "leave in place"],
  [
    "an application that it takes over",
    ["create"],
    { type: "tunnel_existing_application" },
    "change",
  ],
  [
    "an application that it gives back",
    ["delete"],
    { type: "tunnel_existing_application" },
    "give back",
  ],
  [
    "an application that it leaves, as nobody knows what it was",
    ["delete"],
    {
      type: "tunnel_existing_application",
      before: { previous: '{"taken_before":true}' },
    },
    "change",
  ],
  [
    "a record in the place of others",
    ["create"],
    { type: "tunnel_dns_record", after: REPLACING },
    "chan",
  ],
  [
    "one that it puts back",
    ["delete"],
    { type: "tunnel_dns_record", before: REPLACING },
    "give back",
  ],
  [
    "one that somebody has changed",
    ["delete"],
    {
      type: "tunnel_dns_record",
      before: { ...REPLACING, drift: "nothing" },
    },
    "leave in place",
  ],
])("calls %s by what happens to it", (_, actions, more, says) => {
  expect(countsOf([change(actions, more)])).toMatch(`1 to ${says}`);
});

test("says of a plan that touches no object that it touches none", () => {
  expect(countsOf([])).toBe("no object to change");
});
