import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { openWorkspace, type Mode } from "./workspace";

/** The lines of the sample with a text. */
function placeOf(text: string): number[] {
  const sample = readFileSync(join(__dirname, "sample/provider.ts"), "utf8");
  return sample
    .split("\n")
    .flatMap((line, index) => (line.includes(text) ? index + 1 : []));
}

describe.each<Mode>(process.env.FULL ? ["attached", "launched"] : ["launched"])(
  "%s",
  (mode) => {
    let workspace: Awaited<ReturnType<typeof openWorkspace>>;
    beforeAll(async () => {
      workspace = await openWorkspace(mode);
    });
    afterAll(() => workspace.close());

    const file = (name = "it") => join(workspace.things, `${name}.json`);
    const edit = (change: object) =>
      writeFileSync(
        file(),
        JSON.stringify({
          ...(JSON.parse(readFileSync(file(), "utf8")) as object),
          ...change,
        }),
      );

    test("creates a thing with values of all kinds, and plans no change after", async () => {
      workspace.writeThing(everything);

      const applied = await workspace.apply();

      expect(applied.text).toContain("1 added");
      expect(await workspace.state()).toMatchObject({
        id: "it",
        text: 'Grüße, 世界 🌍 "quoted" ${not} \n',
        number: 0.1,
        flag: true,
        list: ["b", "a", ""],
        set: [1, 2.5, 3],
        map: { k: "v", "a.b": "" },
        object: { a: "x", b: [1e-9, false] },
        password: null,
        password_length: 2,
        rules: [
          { match: "a", action: "allow" },
          { match: "b", action: "deny" },
        ],
        stage: [{ title: "t", step: [{ count: 2 }, { count: 1 }] }],
        labels: { "first one": { value: "1", fixed: null } },
      });
      expect(await workspace.plan()).toMatchObject({ code: 0 });
    });

    test("plans only what differs on an update, and what follows from it", async () => {
      workspace.writeThing({ ...everything, text: "other" });

      const plan = await workspace.plan();

      expect(plan.text).toMatch(/revision = 1 -> \(known after apply\)/);
      expect(plan.text).toMatch(/- text = <<|~ text =/);
      expect(plan.text).not.toMatch(/[~+-] (id|owner|serial|number|any) /);
      expect((await workspace.apply()).text).toContain("1 changed");
      expect(await workspace.state()).toMatchObject({ revision: 2 });
      expect((await workspace.plan()).code).toBe(0);
    });

    test("sees and repairs drift", async () => {
      edit({ list: ["drifted"] });

      const plan = await workspace.plan();

      expect(plan.text).toMatch(/- "drifted"/);
      await workspace.apply();
      expect(await workspace.state()).toMatchObject({ list: ["b", "a", ""] });
    });

    test.each([
      ["an attribute", { name: "renamed" }],
      ["a nested attribute", { single: { kind: "k2" } }],
      ["an attribute in a block", { stage: { title: "other" } }],
      [
        "an attribute in a map",
        { labels: { "first one": { value: "1", fixed: "f" } } },
      ],
      ["a decision of the provider", { text: "replace me" }],
    ])("replaces the thing for %s", async (_what, change) => {
      workspace.writeThing({ ...everything, ...change });

      const plan = await workspace.plan();

      expect(plan.text).toMatch(/# forces replacement/);
      expect(plan.text).toMatch(/id = "it" -> \(known after apply\)/);
    });

    test("replaces a thing, and makes one anew that was deleted outside", async () => {
      workspace.writeThing({ ...everything, name: "second" });
      const replaced = await workspace.apply();
      expect(replaced.text).toContain("1 added, 0 changed, 1 destroyed");
      expect(readdirSync(workspace.things)).toEqual(["second.json"]);

      rmSync(file("second"));
      workspace.writeThing(everything);
      expect((await workspace.apply()).text).toContain(
        "1 added, 0 changed, 0 d",
      );
      expect(readdirSync(workspace.things)).toEqual(["it.json"]);
    });

    test("imports a thing, and says when there is none", async () => {
      await workspace.run("state", "rm", "sample_thing.it");

      const failed = await workspace.run(
        "import",
        "sample_thing.it",
        "nothing",
      );
      expect(failed).toMatchObject({ code: 1 });
      expect(failed.text).toContain('There is no thing "nothing"');

      const imported = await workspace.run("import", "sample_thing.it", "it");
      expect(imported.text).toContain("Import successful!");
      expect((await workspace.plan()).text).not.toContain("must be replaced");
      expect(await workspace.state()).toMatchObject({
        map: { k: "v", "a.b": "" },
      });
    });

    test.each([
      ["validation", "forbidden", "This text is forbidden", "Choose another."],
      ["apply", "fail", "It can't be changed", "Not today."],
    ])(
      "shows an error of %s at its attribute",
      async (_when, text, summary, detail) => {
        workspace.writeThing({ ...everything, text });

        const failed = await workspace.apply();

        expect(failed.code).toBe(1);
        expect(failed.text).toContain(`Error: ${summary} with sample_thing.it`);
        expect(failed.text).toContain(detail);
        // The snippet ends where Terraform points to.
        expect(failed.text).toMatch(
          new RegExp(`on main.tf.json line 1.*"text":`),
        );
        expect(await workspace.state()).toMatchObject({ id: "it" });
      },
    );

    test("ends a plan with what an asynchronous check throws", async () => {
      workspace.writeThing({ ...everything, text: "unheard of" });

      const refused = await workspace.plan();

      expect(refused.code).toBe(1);
      expect(refused.text).toContain("Error: Nobody has heard of this text");
    });

    test("shows a warning and goes on", async () => {
      workspace.writeThing({ ...everything, text: "odd" });

      const warned = await workspace.apply();

      expect(warned.text).toContain("Warning: This text is odd");
      expect(warned.code).toBe(0);
    });

    test("shows the stack of a handler that crashed, and keeps what others did", async () => {
      workspace.write({
        resource: {
          sample_thing: {
            it: { ...everything, text: "odd" },
            bad: { name: "bad", text: "crash" },
            good: { name: "good" },
          },
        },
      });

      const crashed = await workspace.apply();

      expect(crashed.code).toBe(1);
      expect(crashed.text).toContain("TypeError: a bug of the sample");
      // Terraform breaks lines where they are too long.
      const [line] = placeOf("a bug of the sample");
      expect(crashed.text.replaceAll(" ", "")).toMatch(
        new RegExp(`provider\\.ts:${line}:\\d+`),
      );
      expect(await workspace.state("sample_thing.good")).toMatchObject({
        id: "good",
      });
      expect(await workspace.state("sample_thing.bad")).toEqual({});
    });

    test("refuses a provider configuration at its attribute", async () => {
      workspace.write({
        provider: { sample: { directory: "/nowhere" } },
        resource: { sample_thing: { it: { name: "it" } } },
      });

      const failed = await workspace.plan();

      expect(failed.text).toContain("Error: No such directory with provider");
    });

    test("reads data", async () => {
      workspace.write({
        provider: { sample: { directory: workspace.things, prefix: "p-" } },
        data: { sample_prefix: { p: {} } },
        output: { prefix: { value: "${data.sample_prefix.p.prefix}" } },
      });

      expect((await workspace.plan()).text).toContain('prefix = "p-"');
    });

    test("asks the provider about a planned destroy", async () => {
      workspace.writeThing({ ...everything, text: "keep" });
      await workspace.apply();
      expect((await workspace.destroy()).text).toContain(
        "Error: This thing must be kept",
      );

      workspace.writeThing({ ...everything, text: "undeletable" });
      await workspace.apply();
      expect((await workspace.destroy()).text).toContain(
        "Error: It can't be deleted",
      );
      expect(await workspace.state()).toMatchObject({ id: "it" });
    });

    test("destroys", async () => {
      workspace.writeThing(everything);
      await workspace.apply();

      expect((await workspace.destroy()).code).toBe(0);

      expect(existsSync(file())).toBe(false);
    });
  },
);

const everything = {
  name: "it",
  text: 'Grüße, 世界 🌍 "quoted" $${not} \n',
  number: 0.1,
  any: '${{ a = toset(["x"]), b = [9007199254740993, null, true], c = tomap({}) }}',
  list: ["b", "a", ""],
  set: [3, 1, 2.5],
  map: { k: "v", "a.b": "" },
  object: { a: "x", b: [1e-9, false] },
  secret: "s3cret",
  password: "pw",
  single: { kind: "k" },
  rules: [{ match: "a" }, { match: "b", action: "deny" }],
  members: [{ email: "a@x" }, { email: "b@x", role: "admin" }],
  stage: { title: "t", step: [{ count: 2 }, {}] },
  labels: { "first one": { value: "1" } },
};
