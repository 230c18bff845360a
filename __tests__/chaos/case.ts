import { FAULT_NAMES, type FaultName } from "./faults";
import { JOB_NAMES, type JobName } from "./jobs";

/** What disturbs one run. */
export interface Disturbance {
  readonly fault: FaultName;
  /**
   * Which call meets it, from 1; among the writes where only those can. Or the
   * first one whose method and path fit.
   */
  readonly nth: number | RegExp;
  /** Whether a hand strikes, or a gateway answers, when the call had its effect. */
  readonly late: boolean;
  /** Whether retries meet it too, until the command says that it tries again. */
  readonly lasting: boolean;
  /** Whether further attempts of the same run meet it as well. @default false */
  readonly toTheEnd?: boolean;
}

/** A job of which one run is disturbed, or several in a row. */
export interface Case {
  readonly job: JobName;
  /** What disturbs each run; those of one run meet calls that fit. */
  readonly runs: readonly (readonly Disturbance[])[];
}

export function nameOf({ job, runs }: Case): string {
  const words = ({ fault, lasting, late, nth, toTheEnd }: Disturbance) =>
    `${fault}, ${typeof nth === "number" ? `call ${nth}` : `at ${nth.source}`}${late ? ", after it" : ""}${lasting ? ", lasting" : ""}${toTheEnd ? ", to the end" : ""}`;
  return runs.flat().length === 0
    ? job
    : `${job} × ${runs.map((run) => run.map(words).join(" + ")).join(" > ")}`;
}

/** The case of a name; undefined for any other text. */
export function caseOf(name: string): Case | undefined {
  const [job, rest = ""] = name.split(" × ");
  const runs = rest
    .split(" > ")
    .map((run) => run.split(" + ").map(disturbanceOf));
  const known = runs.map((run) => run.flatMap((one) => one ?? []));
  return known.flat().length === runs.flat().length &&
    JOB_NAMES.includes(job as JobName)
    ? { job: job as JobName, runs: known }
    : undefined;
}

function disturbanceOf(text: string): Disturbance | undefined {
  const [, fault, nth, fits, late, lasting, toTheEnd] =
    /^(.+?), (?:call (\d+)|at (\S+?))(, after it)?(, lasting)?(, to the end)?$/.exec(
      text,
    ) ?? [];
  return FAULT_NAMES.includes(fault as FaultName)
    ? {
        fault: fault as FaultName,
        nth: fits === undefined ? Number(nth) : new RegExp(fits),
        late: late !== undefined,
        lasting: lasting !== undefined,
        toTheEnd: toTheEnd !== undefined,
      }
    : undefined;
}
