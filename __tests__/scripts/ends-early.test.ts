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
