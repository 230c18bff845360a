import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runOnNode, type NodeRun } from "../../rehearsal/on-node";
import { HAS_NPM } from "../packaging/has-npm";
import { startDeployed, type Deployed } from "../secrets/deployed";

jest.setTimeout(900_000);

const PROJECT = resolve(__dirname, "../..");

const suite = HAS_NPM ? describe : describe.skip;

suite(HAS_NPM ? "after npm run use-cdktn" : "npm has no cdktn here", () => {
  let world: Deployed;
  let ran: NodeRun;
  const path = (name: string) => join(world.folder, name);

  beforeAll(async () => {
    world = await startDeployed();
    await world.deploy();
    const environment = Object.entries({
      ...world.env,
      CDKTF_APP: "node --require ./typescript.js __tests__/stacks/app.ts",
    })
      .filter(([name]) => !["PATH", "HOME", "TMPDIR"].includes(name))
      .map(
        ([name, value = ""]) =>
          `export ${name}='${value.replaceAll("'", "'\\''")}'\n`,
      );
    writeFileSync(path("environment"), environment.join(""), { mode: 0o600 });
    const deployed = (command: string) =>
      `( . '${path("environment")}' && ${command} )`;
    const synthesize = (into: string) =>
      deployed(
        `CDKTF_OUTDIR='${path(into)}' node --require ./typescript.js __tests__/stacks/app.ts`,
      );
    ran = await runOnNode("24", {
      cache: join(PROJECT, ".cache", "nodes"),
      command: [
        `cp -R '${join(PROJECT, "node_modules")}/.' node_modules`,
        synthesize("before"),
        `cp package.json '${path("package.json")}'`,
        "npm run use-cdktn",
        synthesize("after"),
        deployed("npx cdktn diff comfyui"),
        "npm start",
        "npm run use-cdktf",
        `cmp package.json '${path("package.json")}'`,
      ].join(" && "),
    });
  });
  afterAll(() => world.close());

  test("everything runs, and package.json is as before after the way back", () => {
    expect(ran).toMatchObject({ passed: true, output: expect.anything() });
  });

  test.each(["identity", "comfyui"])(
    "%s synthesizes to the same but for version stamps",
    (stack) => {
      const read = (folder: string) =>
        JSON.parse(
          readFileSync(path(`${folder}/stacks/${stack}/cdk.tf.json`), "utf8"),
          (key, value: unknown) => (key === "//" ? undefined : value),
        ) as object;
      expect(existsSync(path(`after/stacks/${stack}`))).toBe(true);
      expect(read("after")).toEqual(read("before"));
    },
  );

  test("what cdktf has deployed is not to be changed", () => {
    expect(ran.output).toMatch(/No changes\./);
  });

  test("the rehearsal holds", () => {
    expect(ran.output).toMatch(/All held: (\d+) of \1 in/);
  });
});
