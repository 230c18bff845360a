import { nameOf, type Case } from "./case";
import { FAULT_NAMES } from "./faults";
import { JOB_NAMES } from "./jobs";
import type { Lived } from "./live";

interface Cell {
  runs: number;
  failed: number;
  missed: number;
}

/** How many cases ran and failed, by job and fault, and why. */
export class Table {
  readonly #cells = new Map<string, Cell>();

  add(one: Case, { faults, met }: Lived): void {
    for (const [index, { fault }] of one.runs.flat().entries()) {
      const key = `${one.job} ${fault}`;
      const cell = this.#cells.get(key) ?? { runs: 0, failed: 0, missed: 0 };
      this.#cells.set(key, cell);
      cell.runs++;
      if (!met[index]) cell.missed++;
      if (faults.length > 0) cell.failed++;
    }
    if (faults.length === 0) return;
    this.#failures.push(`\n${nameOf(one)}:`, ...faults.map((it) => `- ${it}`));
  }

  readonly #failures: string[] = [];

  /** Runs/failed; those that met nothing, as the job ended before, in brackets. */
  toString(): string {
    const rows = FAULT_NAMES.map((fault) => [
      fault,
      ...JOB_NAMES.map((job) => {
        const cell = this.#cells.get(`${job} ${fault}`);
        if (!cell) return "-";
        const missed = cell.missed > 0 ? ` (${cell.missed})` : "";
        return `${cell.runs}/${cell.failed}${missed}`;
      }),
    ]);
    const lines = [["runs/failed", ...JOB_NAMES], ...rows].map((row) =>
      row.map((text) => text.padEnd(18)).join(" "),
    );
    return [...lines, ...this.#failures].join("\n");
  }
}
