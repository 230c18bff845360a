import {
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noteOwnDoings, rayOf, readOwnDoings } from "../../account/own-doings";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "doings-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const AT = "2026-11-24T11:00:00.000Z";
const NOW = new Date(AT);

test("adds to what was noted, for its owner's eyes only", () => {
  const dir = join(folder, "state");
  noteOwnDoings(dir, { rays: [{ ray: "a", at: AT }] }, NOW);
  noteOwnDoings(dir, { ended: [{ person: "a@b.c", at: AT }] }, NOW);
  expect(readOwnDoings(dir)).toEqual({
    rays: [{ ray: "a", at: AT }],
    ended: [{ person: "a@b.c", at: AT }],
  });
  expect(statSync(join(dir, "own-doings.json")).mode & 0o777).toBe(0o600);
  expect(readdirSync(dir)).toEqual(["own-doings.json"]);
});

test("forgets what no log has any more", () => {
  noteOwnDoings(folder, { rays: [{ ray: "a", at: AT }] }, NOW);
  const later = new Date("2027-11-24T11:00:00.000Z");
  const at = later.toISOString();
  noteOwnDoings(folder, { rays: [{ ray: "b", at }] }, later);
  expect(readOwnDoings(folder).rays).toEqual([{ ray: "b", at }]);
});

test("writes nothing where there is nothing to note", () => {
  noteOwnDoings(folder, { rays: [] }, NOW);
  expect(readdirSync(folder)).toEqual([]);
});

test.each(["", "{", '{"rays":1}'])(
  "knows nothing from a file with %p",
  (text) => {
    writeFileSync(join(folder, "own-doings.json"), text);
    expect(readOwnDoings(folder)).toEqual({ rays: [], ended: [] });
  },
);

test("names a request as the log does, without the place that answered", () => {
  expect(rayOf(new Headers({ "cf-ray": "8f1-AMS" }))).toBe("8f1");
  expect(rayOf(new Headers())).toBeUndefined();
});
