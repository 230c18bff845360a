import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackPlan } from "../../gate/stack-plan";
import { planJson } from "../review/plans";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "stack-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

function unread(code: object): string[] {
  writeFileSync(join(dir, "cdk.tf.json"), JSON.stringify(code));
  const stack = { name: "web", dir, dependencies: [], warnings: [] };
  return readStackPlan(stack, planJson([])).unread.map(
    ({ address }) => address,
  );
}

const program = [{ "local-exec": { command: "id", when: "destroy" } }];

test("does not pass over a program that runs with what is removed", () => {
  const removed = { from: "x.y", provisioner: program };
  expect(unread({ removed: [removed] })).toEqual(["removed.x.y"]);
  expect(unread({ removed })).toEqual(["removed.x.y"]);
});

test("has nothing to say of what is removed without one", () => {
  const removed = { from: "x.y", lifecycle: { destroy: false } };
  expect(unread({ removed: [removed] })).toEqual([]);
  expect(unread({})).toEqual([]);
});
