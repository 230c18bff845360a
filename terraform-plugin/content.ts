import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** Bytes that are known by their digest, and read only where they are needed. */
export interface Content {
  /** SHA-256, hexadecimal. */
  readonly digest: string;
  /** Read once. */
  read(): Buffer;
}

export function contentOf(text: string | Buffer): Content {
  const bytes = Buffer.from(text);
  return { digest: sha256(bytes), read: () => bytes };
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * Size, times of the last change of content and of anything, and digest. Only
 * the first time is anyone's to set.
 */
type Known = readonly [number, number, number, string];

/** A file that changes again this soon may have the same time as before. */
const CLOCK_TICK_MS = 2000;

/**
 * Digests of files, which are read again only when size or times of change are
 * others, as Git does: a synth must not hash megabytes that are as before.
 */
export class Digests {
  readonly #file: string | undefined;
  readonly #known: Map<string, Known>;
  #hasNew = false;

  /** @param folder where they are kept. Undefined: nowhere */
  constructor(folder: string | undefined) {
    this.#file =
      folder === undefined ? undefined : join(folder, "digests.json");
    this.#known = new Map(Object.entries(read(this.#file)));
  }

  /** @throws Error where it can't be read */
  of(path: string): Content {
    const { ctimeMs, mtimeMs, size } = statSync(path);
    let bytes: Buffer | undefined;
    const read = () => (bytes ??= readFileSync(path));
    const known = this.#known.get(path);
    if (known?.[0] === size && known[1] === mtimeMs && known[2] === ctimeMs)
      return { digest: known[3], read };
    const digest = sha256(read());
    if (Date.now() - mtimeMs > CLOCK_TICK_MS) {
      this.#known.set(path, [size, mtimeMs, ctimeMs, digest]);
      this.#hasNew = true;
    }
    return { digest, read };
  }

  /** Keeps what was found out, where it can. */
  keep(): void {
    if (this.#file === undefined || !this.#hasNew) return;
    this.#hasNew = false;
    const present = [...this.#known].filter(([path]) => existsSync(path));
    try {
      writeWhole(this.#file, JSON.stringify(Object.fromEntries(present)));
    } catch {
      // A folder that can't be written to: the next synth reads them again.
    }
  }
}

function read(file: string | undefined): Record<string, Known> {
  try {
    return JSON.parse(readFileSync(file ?? "", "utf8")) as Record<
      string,
      Known
    >;
  } catch {
    return {};
  }
}

/** Writes a file that another process sees either not at all or complete. */
export function writeWhole(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, path);
}
