import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PROJECT = resolve(__dirname, "../..");
const LOADED =
  'Object.keys(require.cache).some((path) => path.includes("/archiver/lib/"))';

test("cdktf's zip library is loaded when it is used, and by no synth", () => {
  const folder = mkdtempSync(join(tmpdir(), "zip-"));
  try {
    const script = `
      require("./stacks/before-cdktf");
      const { App, AssetType, TerraformAsset, TerraformStack } = require("cdktf");
      const app = new App({ outdir: process.argv[1] });
      const stack = new TerraformStack(app, "one");
      const before = ${LOADED};
      const { path } = new TerraformAsset(stack, "zip", {
        path: "./stacks", type: AssetType.ARCHIVE,
      });
      app.synth();
      const file = require("path").join(process.argv[1], "stacks/one", path);
      const { size } = require("fs").statSync(file);
      const archiver = require("cdktf/node_modules/archiver");
      const { finalize } = archiver("zip");
      const is = [before, size > 1000, typeof finalize, typeof archiver.create, ${LOADED}];
      console.log(is.join(" "));`;
    const output = execFileSync(
      process.execPath,
      ["--require", "./typescript.js", "-e", script, folder],
      { cwd: PROJECT, encoding: "utf8" },
    );
    expect(output).toBe("false true function function true\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each<[string[], string]>([
  [[], "false\n"],
  [["--enable-source-maps"], "true\n"],
])("cdktf's tokens know where they were made with %j", (options, expected) => {
  const script = `
    require("./stacks/before-cdktf");
    const { creationStack } = require("cdktf").Lazy.anyValue({ produce: () => 1 });
    console.log(String(creationStack.length > 0 && creationStack.join().includes("[eval]")));`;
  const output = execFileSync(
    process.execPath,
    [...options, "--require", "./typescript.js", "-e", script],
    { cwd: PROJECT, encoding: "utf8" },
  );
  expect(output).toBe(expected);
});
