import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readUpload, writeUpload } from "../../pipeline/upload";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "upload-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const list = (...stacks: object[]) =>
  JSON.stringify(stacks.map((one) => ({ dependencies: [], ...one })));

const write = (name: string, text: string) =>
  writeFileSync(join(folder, name), text);

test("reads what was written, in the order of deployment", () => {
  const stack = (name: string, text: string, ...dependencies: string[]) => {
    const dir = join(folder, "stacks", name);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, "cdk.tf.json"), text);
    return { name, dir, dependencies, warnings: [] };
  };
  writeUpload(folder, [
    stack("identity", '{ "b": 2 }'),
    stack("comfyui", '{ "a": 1 }', "identity"),
  ]);
  const { code, dependencies } = readUpload(folder);
  expect(code).toEqual({ identity: { b: 2 }, comfyui: { a: 1 } });
  expect(Object.keys(code)).toEqual(["identity", "comfyui"]);
  expect([...dependencies]).toEqual([
    ["identity", []],
    ["comfyui", ["identity"]],
  ]);
});

test("says that nothing was uploaded", () => {
  expect(() => readUpload(join(folder, "nowhere"))).toThrow(
    /stacks\.list is missing: did the job that synthesizes fail\?/,
  );
});

test.each([
  list({ name: "../../etc/passwd" }),
  list({ name: "/etc/passwd" }),
  list({ name: "a/b" }),
  list({ name: "__proto__" }),
  list({ name: ".." }),
  list({ name: "a" }, { name: "a" }),
  list({ name: "a\nb" }),
  list({ name: "a", dependencies: ["b"] }),
  list({ name: "a", dependencies: ["a"] }),
  list({ name: "a", dependencies: ["b"] }, { name: "b" }),
  list({ name: "a", dir: "/tmp" }),
  '["a"]',
  '{ "a": 1 }',
  "no JSON",
])("refuses %s as a list of stacks", (text) => {
  write("stacks.list", text);
  write("a.json", "{}");
  expect(() => readUpload(folder)).toThrow(/What was synthesized/);
});

test("follows no link", () => {
  write("stacks.list", list({ name: "a" }));
  write("other", "{}");
  symlinkSync(join(folder, "other"), join(folder, "a.json"));
  expect(() => readUpload(folder)).toThrow(/a\.json is not a file/);
});

test("reads nothing that is too large", () => {
  write("stacks.list", list({ name: "a" }));
  write("a.json", "");
  truncateSync(join(folder, "a.json"), 30_000_000);
  expect(() => readUpload(folder)).toThrow(/a\.json is too large/);
});
