import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tellLeftStacks } from "../../scripts/tell-warnings";

test("names stacks that the code has no more, or says why it does not look for them", () => {
  const stateDir = mkdtempSync(join(tmpdir(), "left-"));
  writeFileSync(
    join(stateDir, "wiki.tfstate"),
    JSON.stringify({ version: 4, resources: [{ mode: "managed" }] }),
  );
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  try {
    tellLeftStacks({ stateDir }, new Map(), say);
    tellLeftStacks(
      { stateDir, remoteState: { kind: "gcs", bucket: "states", prefix: "p" } },
      new Map(),
      say,
    );
  } finally {
    rmSync(stateDir, { recursive: true });
  }

  expect(said).toEqual([
    expect.stringMatching(/^wiki: warning: main\.ts has no such stack/),
    "Not checked whether main.ts once had a stack that is still deployed: states are in a bucket.",
  ]);
});
