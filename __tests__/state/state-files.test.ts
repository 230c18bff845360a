import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stacksLeft } from "../../state/state-files";

test("stacks that left something behind are those whose state holds it", () => {
  const dir = mkdtempSync(join(tmpdir(), "states-"));
  try {
    const write = (file: string, resources: readonly object[]) =>
      writeFileSync(join(dir, file), JSON.stringify({ resources }));
    write("kept.tfstate", [{}]);
    write("left.tfstate", [{}]);
    write("destroyed.tfstate", []);
    write("left.before-5-14-0.tfstate", [{}]);
    write("left.tfstate.backup", [{}]);
    expect(stacksLeft(dir, new Set(["kept"]))).toEqual(["left"]);
    expect(stacksLeft(join(dir, "none"), new Set())).toEqual([]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
