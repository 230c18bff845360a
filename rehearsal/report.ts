import pc from "picocolors";

export type Mark = "ok" | "failed" | "skipped";

/** One line of the report. */
export interface Line {
  readonly what: string;
  readonly mark: Mark;
  readonly seen: string;
  /** Why it failed and what to do, below the report. */
  readonly detail?: string;
}

const WIDTH = 80;
const WHAT = 40;
const MARKS: Record<Mark, string> = {
  ok: " ok ",
  failed: "FAIL",
  skipped: "skip",
};
const COLOURS: Record<Mark, (text: string) => string> = {
  ok: pc.green,
  failed: pc.red,
  skipped: pc.yellow,
};

/**
 * Prints each line when it is known, so that the report grows while the
 * rehearsal runs; on a terminal with the step under way at its end.
 */
export class Report {
  readonly lines: Line[] = [];
  readonly #terminal = process.stdout.isTTY === true;

  constructor(private readonly silent = false) {}

  /** Says what is being done now. */
  begin(what: string): void {
    if (this.silent || !this.#terminal) return;
    process.stdout.write(`\r\x1b[K ... ${fit(what, WIDTH - 6)}`);
  }

  add(line: Line): void {
    this.lines.push(line);
    if (this.silent) return;
    if (this.#terminal) process.stdout.write("\r\x1b[K");
    const mark = COLOURS[line.mark](MARKS[line.mark]);
    const what = fit(line.what, WHAT).padEnd(WHAT);
    console.log(`${mark} ${what} ${fit(line.seen, WIDTH - WHAT - 6)}`);
  }

  /** A line that is no result. */
  say(text: string): void {
    if (this.silent) return;
    if (this.#terminal) process.stdout.write("\r\x1b[K");
    console.log(fit(text, WIDTH));
  }

  /** What has to be said at greater length, below the lines. */
  details(): void {
    if (this.silent) return;
    for (const { what, detail } of this.lines)
      if (detail !== undefined) console.log(`\n${pc.bold(what)}\n${detail}`);
  }

  get failed(): boolean {
    return this.lines.some(({ mark }) => mark === "failed");
  }
}

function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
