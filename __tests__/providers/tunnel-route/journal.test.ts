import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { began } from "../../../base/process-start";
import { Journal, type Entry } from "../../../providers/tunnel-route/journal";

let parent: string;
let folder: string;
let journal: Journal;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "tunnel-route-journal-"));
  folder = join(parent, "journal");
  journal = new Journal(folder);
});
afterEach(() => rmSync(parent, { recursive: true }));

const ENTRY: Entry = {
  id: "account/tunnel/app.x.io",
  claim: "2026",
  previous: { hostname: "app.x.io", service: "http://before" },
  written: [{ hostname: "app.x.io", service: "http://ours" }],
};

const file = () => join(folder, readdirSync(folder)[0]!);

test("the note of a plan is cleared away when its Terraform has ended", () => {
  const { pid } = spawnSync("true");
  const note = { ...ENTRY, id: `plan of ${ENTRY.id}` };
  journal.write({ ...note, claim: `${pid} 4711` });
  journal.write({ ...ENTRY, claim: `${pid} 4711` });
  const later = new Journal(folder);
  expect(later.read(note.id)).toBeUndefined();
  expect(later.read(ENTRY.id)).toBeDefined();

  const mine = `${process.pid} ${began(process.pid)}`;
  later.write({ ...note, claim: mine });
  expect(new Journal(folder).read(note.id)).toBeDefined();
});

test("what was being written by a process that was killed is cleared away", () => {
  mkdirSync(folder);
  const { pid } = spawnSync("true");
  writeFileSync(join(folder, `aa.json.${pid}`), "");
  writeFileSync(join(folder, `aa.json.${process.pid}`), "");
  expect(journal.read(ENTRY.id)).toBeUndefined();
  expect(readdirSync(folder)).toEqual([`aa.json.${process.pid}`]);
});

test("remembers an entry until it is removed", () => {
  expect(journal.read(ENTRY.id)).toBeUndefined();
  journal.write(ENTRY);
  expect(new Journal(folder).read(ENTRY.id)).toEqual(ENTRY);
  journal.remove(ENTRY.id);
  expect(journal.read(ENTRY.id)).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

test("is for its owner's eyes only", () => {
  journal.write(ENTRY);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

test("does not write through a symbolic link", () => {
  journal.write(ENTRY);
  const path = file();
  const victim = join(parent, "victim");
  writeFileSync(victim, "untouched");
  rmSync(path);
  symlinkSync(victim, path);
  journal.write(ENTRY);
  expect(statSync(victim).size).toBe("untouched".length);
  expect(journal.read(ENTRY.id)).toEqual(ENTRY);
});

test("fails on an entry that can't be understood, and says what to do", () => {
  journal.write(ENTRY);
  writeFileSync(file(), "{");
  expect(() => journal.read(ENTRY.id)).toThrow(
    /can't be parsed.*before the first deploy. To continue without it/s,
  );
});
