import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackPlan } from "../../gate/stack-plan";
import { SERVICE_NOTES } from "../../contract/service-notes";
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
  expect(unread({ removed: [removed] })).toEqual(["removed.0.provisioner"]);
  expect(unread({ removed })).toEqual(["removed.provisioner"]);
  expect(unread({ removed: [[removed]] })).toEqual(["removed.0.0.provisioner"]);
});

test("has nothing to say of what is removed without one", () => {
  const removed = { from: "x.y", lifecycle: { destroy: false } };
  expect(unread({ removed: [removed] })).toEqual([]);
  expect(unread({})).toEqual([]);
});

test.each([
  ["nonsensitive", "${nonsensitive(x.y.client_secret)}"],
  ["file", '${file("/etc/passwd")}'],
])("does not pass over the function %s", (name, text) => {
  const code = {
    output: { leak: { value: text } },
    resource: { a: { b: { message: text } } },
  };
  writeFileSync(join(dir, "cdk.tf.json"), JSON.stringify(code));
  const stack = { name: "web", dir, dependencies: [], warnings: [] };
  expect(readStackPlan(stack, planJson([])).unread).toEqual(
    ["output.leak.value", "resource.a.b.message"].map((address) => ({
      address,
      what: expect.stringContaining(`the function ${name} may`),
    })),
  );
});

test("knows what the code states of its people and tokens", () => {
  const people = { include: [{ email: { email: "ann@example.com" } }] };
  const notes = {
    ...{ zone: "example.com", tunnel: "home", login_methods: ["Google"] },
    ...{ existing_tokens: ["t1"], people },
  };
  const code = { "//": { [SERVICE_NOTES]: notes } };
  writeFileSync(join(dir, "cdk.tf.json"), JSON.stringify(code));
  const stack = { name: "web", dir, dependencies: [], warnings: [] };
  expect(readStackPlan(stack, planJson([])).stated).toEqual({
    existingTokens: ["t1"],
    people,
  });
});
