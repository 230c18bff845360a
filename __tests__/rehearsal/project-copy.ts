import { spawn, type ChildProcess } from "node:child_process";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { processesOf } from "./processes";

const PROJECT = resolve(__dirname, "../..");
/** What a fresh clone does not have. */
const NOT_CLONED = [
  ".git",
  ".rehearsal",
  ".cache",
  ".state",
  ".env",
  "cdktf.out",
  "node_modules",
];

/** What a command came to. */
export interface Outcome {
  /** 130 where Ctrl-C ended it, as a shell tells it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  /** Waits until it has printed this, on either output. */
  printed(pattern: RegExp): Promise<void>;
  readonly ended: Promise<Outcome>;
}

/**
 * The project as a fresh clone has it, in a folder of its own, with a home and
 * a folder for temporary files beside it: whatever a command leaves is seen,
 * and nobody else's files are.
 */
export class ProjectCopy {
  readonly #root = realpathSync(
    mkdtempSync(join(tmpdir(), "access-stacks-copy-")),
  );
  readonly dir = join(this.#root, "project");
  readonly #started = new Set<ChildProcess>();

  constructor() {
    cpSync(PROJECT, this.dir, {
      recursive: true,
      filter: (path) => !NOT_CLONED.includes(basename(path)),
    });
    symlinkSync(
      join(PROJECT, "node_modules"),
      join(this.dir, "node_modules"),
      "dir",
    );
    for (const name of ["home", "tmp"]) mkdirSync(join(this.#root, name));
  }

  /** What a user's shell has, and no more. */
  get env(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: join(this.#root, "home"),
      TMPDIR: join(this.#root, "tmp"),
    };
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.dir, file), text);
  }

  /** `npm start -- ARGS`, without npm, which writes logs of its own. */
  start(args: readonly string[], options: StartOptions = {}): Running {
    const { scripts } = JSON.parse(
      readFileSync(join(this.dir, "package.json"), "utf8"),
    ) as { scripts: { start: string } };
    const command = `${scripts.start} ${args.join(" ")}`.replace(
      /^((?:\w+=\S* )*)/,
      "exec env $1",
    );
    return this.shell(command, options);
  }

  /** Runs a command line, in a process group of its own. */
  shell(command: string, { env, wrapper = [] }: StartOptions = {}): Running {
    const [program = "sh", ...args] = [...wrapper, "sh", "-c", command];
    const child = spawn(program, args, {
      cwd: this.dir,
      env: { ...this.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#started.add(child);
    let stdout = "";
    let stderr = "";
    const waiting = new Set<() => void>();
    const tell = () => waiting.forEach((look) => look());
    child.stdout?.on("data", (data) => ((stdout += String(data)), tell()));
    child.stderr?.on("data", (data) => ((stderr += String(data)), tell()));
    const ended = new Promise<Outcome>((done) =>
      child.once("close", (code, signal) => {
        const asInShell = signal === "SIGINT" ? 130 : 1;
        done({ code: code ?? asInShell, stdout, stderr });
        tell();
      }),
    );
    const printed = (pattern: RegExp) =>
      new Promise<void>((found, missed) => {
        const look = () => {
          if (pattern.test(stdout) || pattern.test(stderr)) found();
          else if (child.exitCode !== null)
            missed(new Error(`never printed ${pattern}:\n${stdout}${stderr}`));
          else return;
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      });
    return { child, printed, ended };
  }

  /** Every file and folder but those that git ignores. */
  listing(): string[] {
    return list(this.#root)
      .map((path) => path.slice(this.#root.length + 1))
      .filter((path) => !/^project\/(node_modules|\.cache)(\/|$)/.test(path));
  }

  /** Folders of runs, in the folder that git ignores. */
  runs(): string[] {
    const folder = join(this.dir, ".rehearsal");
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  /** Processes that work in these folders or have them in their environment. */
  processes(): string[] {
    return processesOf(this.#root);
  }

  remove(): void {
    for (const child of this.#started)
      if (child.exitCode === null && child.signalCode === null)
        child.kill("SIGKILL");
    rmSync(this.#root, { recursive: true, force: true });
  }
}

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** A program that runs the command: `["strace", "-f"]`. */
  readonly wrapper?: readonly string[];
}

function list(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return lstatSync(path).isDirectory() ? [path, ...list(path)] : [path];
  });
}
