import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asImported, withDueImports } from "../../deployment/due-imports";
import type { Action, Leftover } from "../../deployment/leftovers";
import { TerraformError } from "../../deployment/terraform";

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "due-imports-"))));
afterEach(() => rmSync(dir, { recursive: true }));

const TYPE = "cloudflare_zero_trust_access_group";

function due(action: Action): Leftover {
  return {
    ...{ type: TYPE, kind: "group", description: "crew", createdAt: "today" },
    ...{ accountId: "a", object: { id: "g1" }, ours: true, action },
  };
}

const IMPORT = due({ do: "import", address: `${TYPE}.crew` });
const block = { to: `${TYPE}.crew`, id: "accounts/a/g1" };

const files = () =>
  readdirSync(dir).map((name) => readFileSync(join(dir, name), "utf8"));

test("a plan sees what the next deploy imports, and nothing of it stays", async () => {
  const plan = () => Promise.resolve(files().map((text) => JSON.parse(text)));
  const found = [IMPORT, due({ do: "delete" })];
  expect(await withDueImports({ dir }, found, plan)).toEqual([
    { import: [block] },
  ]);
  expect(files()).toEqual([]);
});

test("where it is gone by now, the plan is made without it", async () => {
  const plan = () =>
    files().length > 0
      ? Promise.reject(new TerraformError("plan", "non-existent"))
      : Promise.resolve("planned");
  expect(await withDueImports({ dir }, [IMPORT], plan)).toBe("planned");
});

test("a review is shown the object as the deploy finds it, and other imports as they are", () => {
  const change = { actions: ["no-op"], importing: { id: "x" } };
  const json = JSON.stringify({
    resource_changes: [
      { address: block.to, change },
      { address: "another", change },
    ],
  });
  expect(JSON.parse(asImported(json, [IMPORT]))).toEqual({
    resource_changes: [
      { address: block.to, change: { actions: ["no-op"] } },
      { address: "another", change },
    ],
  });
});
