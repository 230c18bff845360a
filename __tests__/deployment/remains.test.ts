import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  closeNote,
  markOf,
  writeNote,
  type ApplyNote,
} from "../../deployment/apply-note";
import { writeRotation } from "../../contract/rotations";
import { removeCopies, unfinishedRuns } from "../../deployment/remains";

let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "remains-"));
  env = {
    ACCESS_STATE_DIR: join(folder, "state"),
    CDKTF_OUTPUT: join(folder, "out"),
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ended = () => spawnSync("true").pid;

const NOTE: ApplyNote = {
  stack: "n8n",
  command: "destroy",
  began: "2026-11-27T20:00:00.000Z",
  ended: false,
  processes: [],
  creates: [],
  existing: {},
  orphans: [],
};

test("plans and copies of states go when who made them has ended", () => {
  const stack = join(folder, "out", "stacks", "n8n");
  const state = join(folder, "state");
  const [gone, here] = [ended(), process.pid];
  for (const path of [
    stack,
    join(state, `moving-${gone}-a`),
    join(state, `moving-${here}-b`),
    join(state, "moving-old"),
  ])
    mkdirSync(path, { recursive: true });
  writeFileSync(join(state, `moving-${gone}-a`, "state.json"), "secret");
  for (const name of [
    ...[`${gone}.plan`, `${here}.plan`, "cdk.tf.json"],
    ...[`${gone}.apply.log`, `${here}.apply.log`],
    `${gone}.imports.tf.json`,
  ])
    writeFileSync(join(stack, name), "");
  for (const pid of [gone, here])
    writeFileSync(join(state, `n8n.apply.json.${pid}.new`), "");
  removeCopies(env);
  expect(readdirSync(stack).sort()).toEqual(
    [`${here}.apply.log`, `${here}.plan`, "cdk.tf.json"].sort(),
  );
  expect(readdirSync(state).sort()).toEqual([
    `moving-${here}-b`,
    `n8n.apply.json.${here}.new`,
  ]);
});

test("after a move of states that was cut off, Terraform uses the stack's own backend again", () => {
  const stack = join(folder, "out", "stacks", "n8n");
  const moving = join(folder, "state", `moving-${process.pid}-a`);
  mkdirSync(join(stack, ".terraform"), { recursive: true });
  mkdirSync(moving, { recursive: true });
  for (const name of [
    ...["cdk.tf.json", "backend_override.tf.json"],
    join(".terraform", "terraform.tfstate"),
  ])
    writeFileSync(join(stack, name), "");
  const files = () =>
    readdirSync(stack, { recursive: true }).map(String).sort();
  const all = files();
  removeCopies(env);
  expect(files()).toEqual(all);
  rmSync(moving, { recursive: true });
  removeCopies(env);
  expect(files()).toEqual([".terraform", "cdk.tf.json"]);
});

test("without a state folder there is nothing to tell and nothing to remove", () => {
  removeCopies(env);
  expect(unfinishedRuns(env)).toEqual([]);
  expect(existsSync(join(folder, "state"))).toBe(false);
});

test("a run that was cut off is told, one that is at work is not", () => {
  writeNote({ ...NOTE, processes: [markOf(process.pid)] }, env);
  expect(unfinishedRuns(env)).toEqual([]);
  writeNote({ ...NOTE, processes: [{ pid: ended(), start: "4711" }] }, env);
  expect(unfinishedRuns(env)).toEqual([
    "A destroy of n8n that began at 2026-11-27T20:00:00.000Z never ended. Run: npm run destroy -- n8n",
  ]);
});

test("a rotation that was cut off is told until it has ended, with the overlap that is left", () => {
  const file = join(folder, "rotations.json");
  const rotating = { ...env, ACCESS_ROTATIONS_FILE: file };
  const rotation = { version: 2, previousExpiresAt: "2026-11-29T22:30:00Z" };
  const unfinished = { replaces: "0a1b" };
  const told = () =>
    unfinishedRuns(rotating, new Date("2026-11-27T20:00:00.000Z"));
  writeRotation(file, "n8n", "bot", { ...rotation, unfinished });
  const command = "npm run rotate -- n8n --token bot --overlap 51h";
  expect(told()).toEqual([
    `A rotation of bot of n8n has not ended, and the secret before may lapse at 2026-11-29T22:30:00Z. Unless one is at work, run it again, with its --store and --file if it had any: ${command}`,
  ]);
  writeNote({ ...NOTE, command: "deploy" }, env);
  expect(told()).toEqual([
    `A deploy of n8n that began at ${NOTE.began} never ended. Run: ${command}`,
  ]);
  writeRotation(file, "n8n", "bot", rotation);
  expect(told()).toEqual([
    `A deploy of n8n that began at ${NOTE.began} never ended. Run: npm run deploy -- n8n`,
  ]);
});

test("what a run left is told until it is gone, and its note is the owner's", () => {
  writeNote(NOTE, env);
  const file = join(folder, "state", "n8n.apply.json");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  closeNote(NOTE, ["one"], env);
  expect(unfinishedRuns(env)).toEqual([
    expect.stringContaining("npm run adopt -- n8n"),
  ]);
  closeNote(NOTE, [], env);
  expect(existsSync(file)).toBe(false);
});

test("an older run does not end the note of a newer one", () => {
  writeNote({ ...NOTE, began: "2026-11-27T21:00:00.000Z" }, env);
  closeNote(NOTE, [], env);
  expect(unfinishedRuns(env)).toHaveLength(1);
});

test("notes of routes' plans go with their Terraform, and what told of a lock with the lock", () => {
  const state = join(folder, "state");
  const journal = join(state, "journal");
  mkdirSync(journal, { recursive: true });
  const write = (name: string, id: string, pid: number) =>
    writeFileSync(
      join(journal, name),
      JSON.stringify({
        id,
        claim: `${pid} ${markOf(pid).start || "long ago"}`,
      }),
    );
  write("ended.json", "plan of a/b/c", ended()!);
  write("here.json", "plan of a/b/d", process.pid);
  write("route.json", "a/b/c", ended()!);
  writeFileSync(join(state, "n8n.tfstate"), "{}");
  writeFileSync(join(state, ".n8n.tfstate.lock.info"), "{}");
  removeCopies(env);
  expect(readdirSync(journal).sort()).toEqual(["here.json", "route.json"]);
  if (process.platform === "linux")
    expect(readdirSync(state).sort()).toEqual(["journal", "n8n.tfstate"]);
});
