import {
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readUpload } from "../../pipeline/upload";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "upload-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) =>
  writeFileSync(join(folder, name), text);

test("reads every stack in the order of deployment", () => {
  write("stacks.list", '["identity", "comfyui"]');
  write("comfyui.json", '{ "a": 1 }');
  write("identity.json", '{ "b": 2 }');
  const code = readUpload(folder);
  expect(code).toEqual({ identity: { b: 2 }, comfyui: { a: 1 } });
  expect(Object.keys(code)).toEqual(["identity", "comfyui"]);
});

test("says that nothing was uploaded", () => {
  expect(() => readUpload(join(folder, "nowhere"))).toThrow(
    /stacks\.list is missing: did the job that synthesizes fail\?/,
  );
});

test.each([
  '["../../etc/passwd"]',
  '["/etc/passwd"]',
  '["a/b"]',
  '["__proto__"]',
  '[".."]',
  '["a", "a"]',
  '["a\\nb"]',
  "[1]",
  '{ "a": 1 }',
  "no JSON",
])("refuses %s as a list of stacks", (list) => {
  write("stacks.list", list);
  write("a.json", "{}");
  expect(() => readUpload(folder)).toThrow(/What was synthesized/);
});

test("follows no link", () => {
  write("stacks.list", '["a"]');
  write("other", "{}");
  symlinkSync(join(folder, "other"), join(folder, "a.json"));
  expect(() => readUpload(folder)).toThrow(/a\.json is not a file/);
});

test("reads nothing that is too large", () => {
  write("stacks.list", '["a"]');
  write("a.json", "");
  truncateSync(join(folder, "a.json"), 30_000_000);
  expect(() => readUpload(folder)).toThrow(/a\.json is too large/);
});
