import { tellTakenBefore } from "../../scripts/taken-before";

const TYPE = "tunnel_existing_application";

function told(
  actions: readonly string[],
  {
    after = null,
    before = null,
  }: { after?: object | null; before?: object | null },
): string {
  const lines: string[] = [];
  const change = {
    ...{ address: `${TYPE}.it`, type: TYPE, actions },
    ...{ before: before as null, after: after as null },
  };
  tellTakenBefore({ name: "web" }, [change], (line) => lines.push(line));
  return lines.join("\n");
}

const previous = (policies: readonly object[], more: object = {}) => ({
  previous: JSON.stringify({ name: "By hand", policies, ...more }),
});
const TAKEN = { taken_before: true };

test("a take-over of what was taken over before, and noted nowhere, is told with what brings the note", () => {
  expect(told(["create"], { after: previous([], TAKEN) })).toMatch(
    /^web: warning: application "By hand": .* copy the folder journal of that machine's state folder into yours/,
  );
});

test.each([
  [[], /is not known, .* give it policies: it admits nobody\.$/],
  [[{ id: "p" }], /is not known, .* look at its settings and its policies\.$/],
])(
  "so is the end of it, with what is to be looked at: %j",
  (policies, says) => {
    expect(told(["delete"], { before: previous(policies, TAKEN) })).toMatch(
      says,
    );
  },
);

test("nothing is said where it is known what it was", () => {
  expect(told(["create"], { after: previous([]) })).toBe("");
  expect(told(["delete"], { before: previous([]) })).toBe("");
});
