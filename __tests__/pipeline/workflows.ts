import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";

const GITHUB = resolve(__dirname, "../../.github");

export interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Job {
  readonly name?: string;
  readonly if?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: {
    readonly group: string;
    readonly "cancel-in-progress": boolean;
  };
  readonly env?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

export const FOLDER = join(GITHUB, "workflows");

/** The workflows by the names of their files. */
export const WORKFLOWS: Readonly<Record<string, Workflow>> = Object.fromEntries(
  readdirSync(FOLDER).map((file) => [
    file,
    parse(readFileSync(join(FOLDER, file), "utf8")) as Workflow,
  ]),
);

/** The action that each of them begins with. */
export const PREPARE = parse(
  readFileSync(join(GITHUB, "actions/prepare/action.yml"), "utf8"),
) as { readonly runs: { readonly steps: readonly Step[] } };

/** All of the files, as text. */
export const TEXT = [
  ...readdirSync(FOLDER).map((file) => join(FOLDER, file)),
  join(GITHUB, "actions/prepare/action.yml"),
]
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

/** Every job as `file job`. */
export const JOBS: ReadonlyMap<string, Job> = new Map(
  Object.entries(WORKFLOWS).flatMap(([file, { jobs }]) =>
    Object.entries(jobs).map(([name, job]) => [`${file} ${name}`, job]),
  ),
);

/** Every step of every job, and those of the action. */
export const STEPS: readonly Step[] = [
  ...[...JOBS.values()].flatMap(({ steps }) => steps),
  ...PREPARE.runs.steps,
];
