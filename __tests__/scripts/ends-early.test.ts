import { spawnSync } from "node:child_process";
import { join } from "node:path";

test("a command that Node ends before it is finished fails", () => {
  const script = join(__dirname, "ends-early.ts");
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--require", "./typescript.js", script],
    { encoding: "utf8", env: { PATH: process.env.PATH } },
  );
  expect(stderr).toContain("stopped before it was finished");
  expect(status).toBe(1);
});

test("help whose reader has gone ends without a word", () => {
  const { status, stderr } = spawnSync(
    "bash",
    [
      "--norc",
      "-c",
      "set -o pipefail; node --require ./typescript.js scripts/deploy.ts --help | true",
    ],
    { encoding: "utf8", env: { PATH: process.env.PATH } },
  );
  expect([status, stderr]).toEqual([0, ""]);
});
