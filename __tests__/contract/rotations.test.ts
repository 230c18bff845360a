import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRotations, writeRotation } from "../../contract/rotations";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rotations-"));
  file = join(folder, "rotations.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const FIRST = { version: 2, previousExpiresAt: "2027-01-01T00:00:00Z" };
const SECOND = { version: 5, previousExpiresAt: "2027-02-01T00:00:00Z" };

test("is nothing where nothing was rotated", () => {
  expect(readRotations(file)).toBeUndefined();
});

test("keeps the entries of others", () => {
  writeRotation(file, "comfyui", "api", FIRST);
  writeRotation(file, "n8n", "api", FIRST);
  writeRotation(file, "comfyui", "ci", SECOND);
  writeRotation(file, "n8n", "api", undefined);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
    comfyui: { api: FIRST, ci: SECOND },
  });
});

test("fails with all that is wrong in it", () => {
  writeFileSync(
    file,
    JSON.stringify({
      comfyui: { api: { version: 1, previousExpiresAt: "soon" } },
    }),
  );
  expect(() => readRotations(file)).toThrow(
    /comfyui\.api\.version must be 2 or more[^]*comfyui\.api\.previousExpiresAt must be a time/,
  );
  writeFileSync(file, "{");
  expect(() => readRotations(file)).toThrow("is not valid JSON");
});
