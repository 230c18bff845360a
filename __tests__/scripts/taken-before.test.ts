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

const OWN = ["bot (service token)", "queue (service token)", "People"];
const looksDeployed = {
  policy_names: OWN,
  ...previous(
    ["People", "bot (service token)", "Hers"].map((name) => ({
      ...{ name, reusable: true },
    })),
  ),
};

test("policies with names of the stack's are told by these, in any order and beside others", () => {
  expect(told(["create"], { after: looksDeployed })).toMatch(
    /^web: warning: application "By hand": It lists policies with names of this stack's: People, bot \(service token\)\. If an earlier deploy made them .* is not known any more\. A destroy puts both back as they are now/,
  );
  expect(told(["delete"], { before: looksDeployed })).toMatch(
    /^web: warning: application "By hand": It is given back as it was found .* with policies that have names of this stack's: People, bot \(service token\)\. If .* was before that deploy is not known\.$/,
  );
});

test("one name of several that somebody gave by hand, as the guide has it, tells of no deploy", () => {
  const guide = { ...previous([{ name: "People", reusable: true }]) };
  const values = { ...guide, policy_names: OWN };
  expect(told(["create"], { after: values })).toBe("");
  expect(told(["delete"], { before: values })).toBe("");
});

test("nothing is said where it is known what it was", () => {
  expect(told(["create"], { after: previous([]) })).toBe("");
  expect(told(["delete"], { before: previous([]) })).toBe("");
});
