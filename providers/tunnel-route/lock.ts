import { createHash, randomUUID } from "node:crypto";
import {
  chmodSync,
  constants,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ProviderError } from "../../terraform-plugin/provider";
import { began } from "../../base/process-start";
import { codeOf } from "./process";

/** Who holds a lock. Each turn has an id of its own. */
interface Holder {
  readonly id: string;
  readonly pid: number;
  /** When the process began: a process id is used again, the pair is not. */
  readonly began: string;
  readonly machine: string;
}

const LONGEST_WAIT_MS = 15 * 60_000;
const queues = new Map<string, Promise<unknown>>();

/**
 * Runs `work` while no other process of this user on this machine, and nothing
 * else in this process, runs under the same name. A lock whose holder has died
 * is taken over.
 *
 * @param folder Where the locks are; made for its owner alone.
 */
export async function withLock<T>(
  folder: string,
  name: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const path = pathOf(folder, name);
  const before = queues.get(path) ?? Promise.resolve();
  const turn = before
    .catch(() => undefined)
    .then(async () => {
      const lock = await acquire(folder, path, signal);
      try {
        return await work();
      } finally {
        lock.release();
      }
    });
  queues.set(path, turn);
  return turn;
}

/**
 * Clears a lock away whose holder has died, for those who have nothing to write
 * that would take it over: a command that was cut off after its write has
 * nothing left to do when it is run again.
 */
export async function clearDeadLock(
  folder: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const holder = read(pathOf(folder, name));
  if (holder && !isAlive(holder))
    await withLock(folder, name, signal, async () => {});
}

function pathOf(folder: string, name: string): string {
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 32);
  return join(folder, `${hash}.lock`);
}

async function acquire(folder: string, path: string, signal: AbortSignal) {
  openFolder(folder);
  clearDeadTurns(folder);
  const me = new Turn(folder);
  const givenUpAt = Date.now() + LONGEST_WAIT_MS;
  try {
    for (;;) {
      signal.throwIfAborted();
      if (me.tryTake(path)) return { release: () => me.release(path) };
      if (Date.now() > givenUpAt) throw stillHeld(path);
      await delay(20 + Math.random() * 60, undefined, { signal });
    }
  } catch (error) {
    me.discard();
    throw error;
  }
}

/** One attempt of this process at a lock, as a file that says who it is. */
class Turn {
  readonly #me: Holder = {
    id: randomUUID(),
    pid: process.pid,
    began: began(process.pid),
    machine: hostname(),
  };
  readonly #own: string;

  constructor(private readonly folder: string) {
    this.#own = this.#fileOf(this.#me);
    writeFileSync(this.#own, JSON.stringify(this.#me), {
      flag: "wx",
      mode: 0o600,
    });
  }

  /** A link appears with its content and fails where there is one: atomic. */
  tryTake(path: string): boolean {
    if (link(this.#own, path)) return true;
    const holder = read(path);
    return (
      holder !== undefined && !isAlive(holder) && this.#takeOver(path, holder)
    );
  }

  /**
   * Only one may replace a dead holder, so there is a right to do it: a lock
   * named after this holder, and taken over in the same way if its own holder
   * died. Whoever comes late finds that `path` names another by now.
   */
  #takeOver(path: string, dead: Holder): boolean {
    const right = join(this.folder, `${dead.id}.successor`);
    if (!this.tryTake(right)) return false;
    const won = read(path)?.id === dead.id;
    if (won) {
      const copy = `${this.#own}.next`;
      linkSync(this.#own, copy);
      renameSync(copy, path);
      rmSync(this.#fileOf(dead), { force: true });
    }
    rmSync(right, { force: true });
    return won;
  }

  release(path: string): void {
    if (read(path)?.id === this.#me.id) rmSync(path, { force: true });
    this.discard();
  }

  discard(): void {
    rmSync(this.#own, { force: true });
  }

  #fileOf(holder: Holder): string {
    return join(this.folder, `${holder.id}.turn`);
  }
}

/** False where there is something at `path` already. */
function link(from: string, path: string): boolean {
  try {
    linkSync(from, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Undefined where there is no lock (any more). A symlink is not followed. */
function read(path: string): Holder | undefined {
  try {
    const flag = constants.O_RDONLY | constants.O_NOFOLLOW;
    // The declared type knows flags as text only; Node takes both.
    const text = readFileSync(path, { flag: flag as unknown as string });
    return JSON.parse(text.toString()) as Holder;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new ProviderError(
      "The tunnel's lock can't be read",
      `${path}: ${String(error)}. If no deploy is running, delete it.`,
    );
  }
}

/** Of another machine's processes, on a shared folder, we can't tell. */
function isAlive({ pid, began: since, machine }: Holder): boolean {
  return machine !== hostname() || began(pid) === since;
}

const cleared = new Set<string>();

/** Of those who died while they waited; once in a process is enough. */
function clearDeadTurns(folder: string): void {
  if (cleared.has(folder)) return;
  cleared.add(folder);
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(".turn")) continue;
    const path = join(folder, name);
    try {
      const holder = read(path);
      if (holder && !isAlive(holder)) rmSync(path, { force: true });
    } catch {
      // Its owner is about to write it.
    }
  }
}

/** The folder must be a real one that nobody but its owner can write to. */
function openFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  const fault = !found.isDirectory()
    ? "is not a folder (symbolic links are not followed)"
    : found.uid !== process.getuid?.()
      ? "belongs to another user"
      : undefined;
  if (fault !== undefined) {
    throw new ProviderError(
      "The lock folder can't be trusted",
      `${folder} ${fault}. Set ACCESS_STACKS_LOCK_DIR to a folder of your own, the same for all your deploys (export ACCESS_STACKS_LOCK_DIR="$HOME/.access-stacks-locks"), or have the other deleted.`,
    );
  }
  if (found.mode & 0o077) chmodSync(folder, 0o700);
}

function stillHeld(path: string): ProviderError {
  const holder = read(path);
  return new ProviderError(
    "Another deploy has held this tunnel's lock for 15 minutes",
    `Process ${holder?.pid} on ${holder?.machine} holds ${path}. Wait for it or stop it, then run this again.`,
  );
}
