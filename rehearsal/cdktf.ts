import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { run } from "../deployment/processes";

const PROJECT = resolve(__dirname, "..");

/** The CLI, which its successor calls `cdktn`. */
function cli(): string {
  const [cdktf, cdktn] = ["cdktf", "cdktn"].map((name) =>
    join(PROJECT, "node_modules/.bin", name),
  ) as [string, string];
  return existsSync(cdktf) ? cdktf : cdktn;
}

/** A cdktf command that did not do what it should. */
export class CdktfError extends Error {
  constructor(
    readonly command: string,
    readonly output: string,
  ) {
    super(`cdktf ${command} failed`);
    this.name = "CdktfError";
  }
}

/** Runs the real cdktf, and keeps the time that passes inside it. */
export class Cdktf {
  /** Time spent in cdktf and the terraform it starts, in milliseconds. */
  spent = 0;

  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly options: {
      readonly signal?: AbortSignal;
      readonly onLine?: (line: string) => void;
    },
  ) {}

  deploy(...stacks: string[]): Promise<string> {
    return this.#run("deploy", ...stacks, "--auto-approve");
  }

  diff(stack: string): Promise<string> {
    return this.#run("diff", stack);
  }

  /**
   * All stacks, as cdktf takes none away that another of main.ts depends on,
   * deployed or not. What was never deployed has nothing to take away.
   */
  destroy(): Promise<string> {
    return this.#run("destroy", "*", "--auto-approve");
  }

  async #run(...args: string[]): Promise<string> {
    const started = performance.now();
    try {
      const { code, output } = await run(cli(), args, {
        cwd: PROJECT,
        env: this.env,
        ...this.options,
      });
      if (code !== 0) throw new CdktfError(args.join(" "), output);
      return output;
    } finally {
      this.spent += performance.now() - started;
    }
  }
}
