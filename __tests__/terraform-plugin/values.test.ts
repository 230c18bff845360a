import { parse } from "lossless-json";
import { openWorkspace, type Mode } from "./workspace";

/** What is configured, and what the state then holds, its numbers as text. */
const KINDS: readonly [name: string, given: object, kept: object][] = [
  ["big", { number: "${9007199254740993}" }, { number: "9007199254740993" }],
  [
    "long_fraction",
    { number: "${0.1234567890123456789012}" },
    { number: "0.1234567890123456789012" },
  ],
  ["tiny", { number: "${1e-20}" }, { number: "0.00000000000000000001" }],
  ["huge", { number: "${1e40}" }, { number: `1${"0".repeat(40)}` }],
  [
    "empty",
    { list: [], set: [], map: {}, rules: [], members: [], labels: {} },
    { list: [], set: [], map: {}, rules: [], members: [], labels: {} },
  ],
  ["nulls", { list: ["a", null], any: null }, { list: ["a", null], any: null }],
  [
    "dynamic_number",
    { any: "${9007199254740993}" },
    { any: "9007199254740993" },
  ],
  ["dynamic_set", { any: '${toset(["b", "a"])}' }, { any: ["a", "b"] }],
  [
    "dynamic_object",
    { any: '${{ a = [1, "x", null] }}' },
    { any: { a: ["1", "x", null] } },
  ],
  [
    "members_differ_in_a_default",
    { members: [{ email: "a" }, { email: "a", role: "admin" }] },
    {
      members: [
        { email: "a", role: "admin" },
        { email: "a", role: "reader" },
      ],
    },
  ],
];

describe.each<Mode>(process.env.FULL ? ["attached", "launched"] : ["attached"])(
  "%s",
  (mode) => {
    let workspace: Awaited<ReturnType<typeof openWorkspace>>;
    beforeAll(async () => {
      workspace = await openWorkspace(mode);
    });
    afterAll(() => workspace.close());

    test("keeps values of all kinds from apply to the next plan", async () => {
      const things = Object.fromEntries(
        KINDS.map(([name, given]) => [name, { name, ...given }]),
      );
      workspace.write({ resource: { sample_thing: things } });

      expect(await workspace.apply()).toMatchObject({ code: 0 });

      const kept = parse(
        await workspace.stateText(),
        undefined,
        (text) => text,
      );
      expect(kept).toMatchObject({
        values: {
          root_module: {
            resources: [...KINDS]
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([name, , values]) => ({ name, values })),
          },
        },
      });
      expect((await workspace.plan()).text).toContain("No changes.");
    });

    test("plans with values that are known only after apply, anywhere", async () => {
      await workspace.destroy();
      const later = "${terraform_data.later.output}";
      workspace.write({
        resource: {
          terraform_data: { later: { input: "x" } },
          sample_thing: {
            it: {
              name: `n-${later}`, // refined: known to start with "n-"
              text: later,
              number: "${length(terraform_data.later.id)}",
              any: `\${{ a = terraform_data.later.output, b = ["${later}"] }}`,
              list: ["a", later],
              map: { k: later },
              set: [1, "${length(terraform_data.later.id)}"],
              single: { kind: later },
              rules: [{ match: later }],
              members: [{ email: later }, { email: "b" }],
              labels:
                "${{ for k in [terraform_data.later.output] : k => { value = k } }}",
              object: { a: later, b: [1, true] },
            },
          },
        },
      });

      const plan = await workspace.plan();
      expect(plan.code).toBe(2);
      expect(plan.text).toContain("Plan: 2 to add");

      expect((await workspace.apply()).code).toBe(0);
      expect(await workspace.state()).toMatchObject({
        id: "n-x",
        list: ["a", "x"],
        labels: { x: { value: "x" } },
      });
      expect((await workspace.plan()).code).toBe(0);
    });

    test("plans while the provider's own configuration is unknown", async () => {
      await workspace.destroy();
      const configuration = (trigger: string) => ({
        provider: {
          sample: {
            directory: workspace.things,
            prefix: "${terraform_data.prefix.output}",
          },
        },
        resource: {
          terraform_data: {
            prefix: { input: "p-", triggers_replace: trigger },
          },
          sample_thing: { it: { name: "it" } },
        },
      });
      workspace.write(configuration("1"));

      expect((await workspace.plan()).text).toContain("Plan: 2 to add");
      expect((await workspace.apply()).code).toBe(0);
      expect(await workspace.state()).toMatchObject({
        id: "p-it",
        owner: "p-",
      });

      workspace.write(configuration("2"));
      const again = await workspace.plan();
      expect(again.text).toContain(
        "Plan: 1 to add, 0 to change, 1 to destroy.",
      );
      expect(again.text).toContain("planned from its last known state");
    });

    test("carries a string of 6 MB", async () => {
      workspace.write({
        locals: {
          a: "0123456789äöü".repeat(64),
          b: '${join("", [for i in range(100) : local.a])}',
          c: '${join("", [for i in range(63) : local.b])}',
        },
        resource: { sample_thing: { it: { name: "it", text: "${local.c}" } } },
      });

      expect((await workspace.apply()).code).toBe(0);

      const { text } = await workspace.state();
      expect(Buffer.byteLength(String(text))).toBeGreaterThan(6_000_000);
      expect((await workspace.plan()).code).toBe(0);
    });
  },
);
