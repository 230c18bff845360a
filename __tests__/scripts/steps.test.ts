import { PassThrough } from "node:stream";
import type { Stack } from "../../deployment/stacks";
import type { ResourceChange } from "../../deployment/terraform";
import {
  lateWrite,
  lostEdit,
  notLookedAgain,
} from "../../providers/tunnel-route/messages";
import type { Diagnostics } from "../../terraform-plugin/provider";
import { steps } from "../../scripts/steps";

const stack: Stack = {
  name: "comfyui",
  dir: "",
  dependencies: [],
  warnings: [],
};
const changes = [["create"], ["delete", "create"]].map(
  (actions): ResourceChange => ({
    ...{ address: "a_policy.people", type: "a_policy", actions },
    ...{ before: null, after: null },
  }),
);

/** Steps of a run that nobody watches at a terminal, with what they print. */
function watched(terraform = false) {
  const told: string[] = [];
  const shown = steps({
    print: (line) => told.push(line),
    signal: new AbortController().signal,
    terraform,
    stream: new PassThrough() as unknown as NodeJS.WriteStream,
  });
  return { shown, told };
}

/** What is printed of an apply by a run that nobody watches at a terminal. */
function printed(terraform: boolean, ...lines: string[]): string[] {
  const { shown, told } = watched(terraform);
  shown.onLine(stack, "data.a_zone.all: Reading...");
  shown.applying(stack, changes);
  for (const line of lines) shown.onLine(stack, line);
  return told;
}

test("each object that is done is a line, and what Terraform says is none", () => {
  expect(
    printed(
      false,
      "a_policy.people: Creating...",
      "a_policy.people: Still creating... [00m10s elapsed]",
      "a_policy.people: Creation complete after 0s [id=1]",
      "a_policy.people (deposed object 0a1b2c3d): Destruction complete after 0s",
      'a_policy.named["a b"]: Modifications complete after 0s [id=2]',
      "Apply complete! Resources: 2 added, 0 changed, 1 destroyed.",
    ),
  ).toEqual([
    "comfyui: 3 steps to do",
    "comfyui: 1 of 3: created a_policy.people",
    "comfyui: 2 of 3: deleted a_policy.people",
    'comfyui: 3 of 3: changed a_policy.named["a b"]',
  ]);
});

test("what is only used is neither created nor deleted", () => {
  const { shown, told } = watched();
  const record = { address: "tunnel_dns_record.a", type: "tunnel_dns_record" };
  const made = { made: false };
  shown.applying(stack, [
    { ...record, actions: ["create"], before: null, after: made },
  ]);
  shown.onLine(stack, `${record.address}: Creation complete after 0s [id=1]`);
  shown.applying(stack, [
    { ...record, actions: ["delete"], before: made, after: null },
  ]);
  shown.onLine(stack, `${record.address}: Destruction complete after 0s`);
  expect(told).toEqual([
    "comfyui: 1 step to do",
    `comfyui: 1 of 1: uses as it is ${record.address}`,
    "comfyui: 1 step to do",
    `comfyui: 1 of 1: left in place ${record.address}`,
  ]);
});

test.each([
  ["as OpenTofu and Terraform print it", ""],
  ["in a frame", "│ "],
])("a warning that no plan of ours says is shown, once: %s", (_, frame) => {
  const lines = [
    "",
    "Warning: Existing application: nothing new",
    "",
    "Warning: The rule of a/t/app.x.io was changed by someone else; the previous",
    "rule is restored, with what they changed: noTLSVerify",
    "",
    "  with tunnel_route.it,",
    "",
    "It was:",
  ].map((line) => frame + line);
  expect(printed(false, ...lines, ...lines).slice(1)).toEqual([
    "comfyui: The rule of a/t/app.x.io was changed by someone else; the previous rule is restored, with what they changed: noTLSVerify",
  ]);
});

test("what befell a tunnel's configuration while it was written is shown, whole", () => {
  const summaries: string[] = [];
  const diagnostics = {
    warn: (summary: string) => void summaries.push(summary),
  } as Diagnostics;
  const before = { version: 2, config: null, source: "cloudflare" };
  lostEdit(diagnostics, { before, version: 4, config: { ingress: [] } });
  lateWrite(diagnostics, 2, 4);
  notLookedAgain(diagnostics, new Error("no answer"));
  const lines = summaries.flatMap((one) => [`Warning: ${one}`, "", "detail"]);
  expect(printed(false, ...lines).slice(1)).toEqual(
    summaries.map((one) => `comfyui: ${one}`),
  );
  expect(summaries.join()).toMatch(/ask who else edits this tunnel.*again in/);
});

test("an application that is taken over is changed, in the plan and in its step", () => {
  const { shown, told } = watched();
  const type = "tunnel_existing_application";
  const address = `${type}.a`;
  shown.applying(stack, [
    { address, type, actions: ["create"], before: null, after: {} },
  ]);
  shown.onLine(stack, `${address}: Creation complete after 0s [id=1]`);
  expect(told).toEqual([
    "comfyui: 1 step to do",
    `comfyui: 1 of 1: changed ${address}`,
  ]);
});

test("on request it is what Terraform says", () => {
  expect(printed(true, "a_policy.people: Creating...")).toEqual([
    "comfyui  data.a_zone.all: Reading...",
    "comfyui: 3 steps to do",
    "comfyui  a_policy.people: Creating...",
  ]);
});
