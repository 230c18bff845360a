import { doneSoFar } from "../../scripts/done-so-far";

const said = (
  outcomes: Readonly<Record<string, string>>,
  current?: string,
  left: readonly string[] = [],
) =>
  doneSoFar({
    left,
    stacks: ["identity", "comfyui", "n8n"],
    outcomes: new Map(Object.entries(outcomes)),
    current,
    parts: new Map([["comfyui", "deployed of it: a_token.it"]]),
    done: "deployed",
    again: "npm run deploy -- n8n",
  });

test.each([
  [{}, undefined],
  [{ identity: "declined" }, undefined],
  [{ identity: "unchanged" }, undefined],
])("says that nothing was applied: %j", (outcomes, current) => {
  expect(said(outcomes, current)).toEqual(["No plan was applied."]);
});

test("names what is done, what was under way, what is not, and what goes on", () => {
  expect(said({ identity: "deployed" }, "comfyui")).toEqual([
    "identity: deployed.",
    "comfyui: its plan was being applied; deployed of it: a_token.it.",
    "n8n: not deployed.",
    "To go on: npm run deploy -- n8n",
  ]);
});

test("what was declined is not done", () => {
  expect(said({ identity: "deployed", comfyui: "declined" })).toEqual([
    "identity: deployed.",
    "comfyui, n8n: not deployed.",
    "To go on: npm run deploy -- n8n",
  ]);
});

test("says of a stack that failed what of it is deployed", () => {
  expect(said({ identity: "unchanged", comfyui: "failed" })).toEqual([
    "comfyui: deployed of it: a_token.it.",
    "n8n: not deployed.",
    "To go on: npm run deploy -- n8n",
  ]);
});

test("names first what settles a failure that a leftover may have caused", () => {
  const failed = { identity: "deployed", comfyui: "failed" };
  expect(said(failed, undefined, ["identity"]).at(-1)).toBe(
    "To go on: npm run adopt -- identity, and then npm run deploy -- n8n",
  );
  const declined = { identity: "deployed", comfyui: "declined" };
  expect(said(declined, undefined, ["identity"]).at(-1)).toBe(
    "To go on: npm run deploy -- n8n",
  );
});
