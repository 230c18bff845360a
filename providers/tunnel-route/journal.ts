import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { IngressRule } from "../../ingress/rule";
import { ProviderError } from "../../terraform-plugin/provider";
import { parseJson, printJson } from "./json";
import { isOfEndedPlan } from "../../base/plan-note";
import { began } from "../../base/process-start";
import { codeOf } from "./process";

/**
 * What we have done or are about to do at one host and path. It is written
 * before Cloudflare is, so that after a crash our own rule is not taken for
 * the one that stood there before us.
 */
export interface Entry {
  /** `account/tunnel/hostname[/path]` */
  readonly id: string;
  /** Of the resource that holds the rule; the later of two claims wins. */
  readonly claim: string;
  /** The rule that stood there before the first of ours. */
  readonly previous: IngressRule | null;
  /** Rules of ours that may stand there: the last, and the one being written. */
  readonly written: readonly IngressRule[];
  /** What decided who got to the host before the first of ours, as the state has it. */
  readonly before?: string | null;
  /** What a destroy is to do, where that is not to put `previous` back. */
  readonly onDestroy?: "remove";
  /**
   * Of an application, in the place of rules: its document and its policies, as
   * they were about to be written, or were when a destroy was planned.
   */
  readonly application?: {
    readonly document: string;
    readonly policies: readonly string[];
    /** Names of the fields that Cloudflare did not keep. */
    readonly notKept?: string;
  };
  /** Of a DNS record, in the place of rules: those that it replaces, whole, in JSON. */
  readonly records?: string;
  /** Rules of others that came before it and took some of its paths, as told. */
  readonly beside?: readonly IngressRule[];
  /**
   * The rules that followed ours where it was before it moved away from one that
   * hid it: what it replaced belongs before them.
   */
  readonly followers?: readonly IngressRule[];
  /**
   * A destroy has begun: what stands there and is not ours is not to be touched.
   * Of an application: one is planned, and it was there.
   */
  readonly leaving?: boolean;
}

/** One file for each rule, for its owner's eyes only. */
export class Journal {
  constructor(private readonly folder: string) {}

  read(id: string): Entry | undefined {
    this.#clearUnfinished();
    const path = this.#path(id);
    let text;
    try {
      text = readFileSync(path, "utf8");
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw new ProviderError("The journal can't be read", String(error));
    }
    try {
      return parseJson(text) as Entry;
    } catch {
      throw new ProviderError(
        "The journal can't be parsed",
        `${path} should contain the rule that ${id} had before the first deploy. To continue without it, delete the file; a destroy then removes the rule instead of restoring the previous one, and a wider rule of the tunnel, where there is one, takes its requests.`,
      );
    }
  }

  /** Those whose id ends so; what can't be parsed is not among them. */
  endingIn(text: string): readonly Entry[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .filter((name) => name.endsWith(".json"))
      .flatMap((name) => {
        try {
          const text = readFileSync(join(this.folder, name), "utf8");
          return [parseJson(text) as Entry];
        } catch {
          return [];
        }
      })
      .filter(({ id }) => id.endsWith(text));
  }

  /** The entry is on the disk when this returns. */
  write(entry: Entry): void {
    this.#clearUnfinished();
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const path = this.#path(entry.id);
    const unfinished = `${path}.${process.pid}`;
    rmSync(unfinished, { force: true });
    const file = openSync(unfinished, "wx", 0o600);
    try {
      writeSync(file, printJson(entry, 2));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
  }

  remove(id: string): void {
    rmSync(this.#path(id), { force: true });
  }

  #cleared = false;

  /** Once, of those who were killed: half-written files, and plans' notes. */
  #clearUnfinished(): void {
    if (this.#cleared) return;
    this.#cleared = true;
    if (!existsSync(this.folder)) return;
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name);
      const [, pid] = /\.json\.(\d+)$/.exec(name) ?? [];
      if (pid === undefined ? isOfEndedPlan(path) : began(Number(pid)) === "")
        rmSync(path, { force: true });
    }
  }

  #path(id: string): string {
    const hash = createHash("sha256").update(id).digest("hex").slice(0, 32);
    return join(this.folder, `${hash}.json`);
  }
}
