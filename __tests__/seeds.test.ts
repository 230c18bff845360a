import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reportFailure } from "./seeds";

let folder: string;
let printed: jest.SpyInstance;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "seeds-"));
  printed = jest.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  printed.mockRestore();
  rmSync(folder, { recursive: true, force: true });
});

test("a drawn seed's failure is saved, and printed with the way to see it again", async () => {
  await reportFailure(
    "order holds",
    4711,
    (seed) => {
      throw new Error(`not for ${seed}`);
    },
    folder,
  );
  const saved = readFileSync(join(folder, "4711.txt"), "utf8");
  expect(saved).toContain("order holds");
  expect(saved).toContain("SEED=4711 npx jest __tests__/seeds.test.ts");
  expect(saved).toContain("not for 4711");
  const [text] = printed.mock.calls[0] as [string];
  expect(text).toContain(saved);
  expect(text).toContain(join(folder, "4711.txt"));
});

test("a drawn seed that holds leaves nothing", async () => {
  await reportFailure("order holds", 4711, async () => {}, folder);
  expect(readdirSync(folder)).toEqual([]);
  expect(printed).not.toHaveBeenCalled();
});
