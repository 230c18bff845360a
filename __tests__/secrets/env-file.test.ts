import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { envFile } from "../../secrets/env-file";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "env-file-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const mode = (file: string) => statSync(file).mode & 0o777;

test("makes a file that only its owner can read", async () => {
  const file = join(folder, ".env");
  expect(await envFile(file).put({ A: "1" })).toEqual(["A"]);
  expect(readFileSync(file, "utf8")).toBe("A=1\n");
  expect(mode(file)).toBe(0o600);
});

test("closes one that others could read, and tells only what changed", async () => {
  const file = join(folder, ".env");
  writeFileSync(file, "A=1\n# kept\n");
  chmodSync(file, 0o644);
  expect(await envFile(file).put({ A: "1", B: "2" })).toEqual(["B"]);
  expect(readFileSync(file, "utf8")).toBe("A=1\n# kept\nB=2\n");
  expect(mode(file)).toBe(0o600);
});

test("writes through a link, and over what an interrupted run left", async () => {
  const file = join(folder, "real");
  const link = join(folder, ".env");
  writeFileSync(file, "A=1\n");
  writeFileSync(`${file}.new`, "half a fi");
  symlinkSync("real", link);
  await envFile(link).put({ A: "2" });
  expect(readlinkSync(link)).toBe("real");
  expect(readFileSync(file, "utf8")).toBe("A=2\n");
  expect(readdirSync(folder).sort()).toEqual([".env", "real"]);
});

test("fails before anything is written where it can't be", async () => {
  await expect(envFile(folder).check()).rejects.toThrow("is not a file");
  await expect(envFile(join(folder, "no/.env")).check()).rejects.toThrow(
    "is in a folder that does not exist",
  );
});
