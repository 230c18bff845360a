import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeWhole } from "../../base/write-whole";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "write-whole-"));
  file = join(folder, "a.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const mode = (path: string) => statSync(path).mode & 0o777;

test("replaces a file, leaves nothing else, and keeps its permissions", () => {
  writeFileSync(file, "a much longer text");
  chmodSync(file, 0o640);
  writeWhole(file, "new");
  expect(readFileSync(file, "utf8")).toBe("new");
  expect(readdirSync(folder)).toEqual(["a.json"]);
  expect(mode(file)).toBe(0o640);
});

test("makes a file with the permissions that are asked for", () => {
  writeWhole(file, "secret", { mode: 0o600 });
  expect(mode(file)).toBe(0o600);
  chmodSync(file, 0o644);
  writeWhole(file, "secret", { mode: 0o600 });
  expect(mode(file)).toBe(0o600);
});

test("does not write into one that an interrupted run left", () => {
  writeFileSync(`${file}.new`, "left", { mode: 0o644 });
  writeWhole(file, "secret", { mode: 0o600 });
  expect(mode(file)).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["a.json"]);
});

test("follows a link, which stays one", () => {
  const target = join(folder, "target");
  writeFileSync(target, "old");
  symlinkSync(target, file);
  writeWhole(file, "new");
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(readFileSync(target, "utf8")).toBe("new");
});

test("leaves the old one where the new one can't be written", () => {
  writeFileSync(file, "old");
  writeFileSync(join(folder, "keep"), "");
  expect(() => writeWhole(join(folder, "none", "a.json"), "new")).toThrow(
    /ENOENT/,
  );
  expect(readFileSync(file, "utf8")).toBe("old");
});
