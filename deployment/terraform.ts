import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import {
  terraformBinary,
  type TerraformBinary,
} from "../base/terraform-binary";
import { UsageError } from "../base/usage-error";
import { withRunningProviders } from "../terraform-plugin/provider-host";
import { forTerraform } from "./child-environment";
import { asksForInit, isInitialized, noteInitialized } from "./initialized";
import { run, type RunOptions, type RunResult } from "./processes";
import { outputFileOf } from "./remains";
import { withoutHints } from "./terraform-hints";

/** Write-only arguments came with 1.11, of both; nothing older is tested. */
const OLDEST = [1, 11] as const;

const INSTALL = {
  Terraform: "https://developer.hashicorp.com/terraform/install",
  OpenTofu: "https://opentofu.org/docs/intro/install/",
};

/**
 * Time for Terraform to end by itself, in milliseconds: it waits for the calls
 * that are under way, writes the state and frees its lock.
 */
const GRACE = 90_000;

/** Commands that ask the providers; `init` has to install them. */
const USES_PROVIDERS = new Set(["plan", "apply", "show", "import"]);

export interface TerraformOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Asks Terraform to end, as Ctrl-C does. */
  readonly signal?: AbortSignal;
  /** Ends Terraform after `signal` without waiting for it. */
  readonly hurry?: AbortSignal;
  readonly onLine?: (line: string) => void;
  /**
   * How long to wait for another run that holds the state, in milliseconds.
   *
   * @default 60000
   */
  readonly lockTimeout?: number;
}

/** Where Terraform keeps a state that it could not save. */
export const ERRORED_STATE = "errored.tfstate";

/** A failure of Terraform, with what it printed. */
export class TerraformError extends Error {
  readonly #env: NodeJS.ProcessEnv;

  constructor(
    readonly command: string,
    readonly output: string,
    env: NodeJS.ProcessEnv = process.env,
  ) {
    super(`${program(env)} ${command} failed:\n${output}`);
    this.name = "TerraformError";
    this.#env = env;
  }

  /** The program that failed. */
  get binary(): TerraformBinary {
    return terraformBinary(this.#env);
  }
}

/** One resource that a plan would touch. */
export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly actions: readonly string[];
  /** The values of the state. */
  readonly before: Readonly<Record<string, unknown>> | null;
  /** The planned values; unknown ones are absent. */
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** One resource that a state holds. Its values may be secrets. */
export interface StateResource {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  /** Set on what was replaced and could not be deleted yet. */
  readonly deposed_key?: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The Terraform of one synthesized stack. What it writes may hold secrets. */
export class Terraform {
  constructor(
    private readonly stackDir: string,
    private readonly options: TerraformOptions,
  ) {}

  async init(...options: "-reconfigure"[]): Promise<void> {
    await this.#run("init", ...options);
    noteInitialized(this.stackDir, this.options.env);
  }

  /** Initializes where nobody has, or something that it depends on has changed. */
  async prepare(): Promise<void> {
    if (!isInitialized(this.stackDir, this.options.env)) await this.init();
  }

  /** Writes a lock file with the hashes of the required providers. */
  lockProviders(
    platforms: readonly string[],
    mirror?: string,
  ): Promise<RunResult> {
    return this.#run(
      "providers lock",
      ...(mirror ? [`-fs-mirror=${mirror}`] : []),
      ...platforms.map((platform) => `-platform=${platform}`),
    );
  }

  /**
   * Writes a plan, for our eyes only, and tells whether it holds a change.
   *
   * @param file a path as Terraform sees it: from the stack's folder
   */
  async plan(file: string, ...options: "-destroy"[]): Promise<boolean> {
    // Terraform keeps the mode of a file that is there.
    closeSync(openSync(resolve(this.stackDir, file), "w", 0o600));
    const args = ["-detailed-exitcode", this.#lock, "-out", file, ...options];
    const result = await this.#try("plan", args);
    if (result.code === 1) throw this.#failed("plan", result);
    return result.code === 2;
  }

  /**
   * Applies a plan. Terraform's process goes on where ours is killed: it needs
   * nobody to read what it prints.
   *
   * @param onStart told the id of the process
   */
  async apply(
    planFile: string,
    onStart?: (pid: number) => void,
  ): Promise<RunResult> {
    const outputFile = outputFileOf({ dir: this.stackDir }, process.pid);
    const args = [this.#lock, planFile];
    const result = await this.#try("apply", args, { onStart, outputFile });
    if (result.code !== 0) throw this.#failed("apply", result);
    return result;
  }

  /** A plan as JSON, secrets included. */
  async show(planFile: string): Promise<string> {
    return this.#json("show", "-json", planFile);
  }

  /** What a plan would do. */
  async changes(planFile: string): Promise<ResourceChange[]> {
    return changesIn(await this.show(planFile));
  }

  /** What the state holds, secrets included. */
  async resources(): Promise<StateResource[]> {
    const state = JSON.parse(await this.#json("show", "-json")) as {
      values?: { root_module?: { resources?: StateResource[] } };
    };
    return (state.values?.root_module?.resources ?? []).filter(
      ({ mode }) => mode === "managed",
    );
  }

  /** The stack's outputs, sensitive ones included. */
  async outputs(): Promise<Record<string, unknown>> {
    const outputs = JSON.parse(await this.#json("output", "-json")) as Record<
      string,
      { value: unknown }
    >;
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { value }]) => [name, value]),
    );
  }

  import(address: string, id: string): Promise<RunResult> {
    return this.#run("import", this.#lock, address, id);
  }

  /** Has the next plan put a new object in the place of this one. */
  taint(address: string): Promise<RunResult> {
    return this.#run("taint", this.#lock, address);
  }

  /** The state as its backend keeps it, secrets included; empty where there is none. */
  async pullState(): Promise<string> {
    return this.#json("state pull");
  }

  /**
   * Writes a state to the backend. Terraform refuses one that is older than what
   * is there, or was never a copy of it, unless it is forced.
   */
  async pushState(file: string, ...options: "-force"[]): Promise<void> {
    await this.#quiet("state push", this.#lock, ...options, file);
  }

  /** Whether there is a state that an earlier apply could not save. */
  hasErrored(): boolean {
    return existsSync(join(this.stackDir, ERRORED_STATE));
  }

  /** Saves the state that an earlier apply could not save, if there is one. */
  async saveErrored(): Promise<void> {
    if (!this.hasErrored()) return;
    const file = join(this.stackDir, ERRORED_STATE);
    await this.pushState(file);
    rmSync(file);
  }

  /** Other runs hold the state for as long as they take. */
  get #lock(): string {
    return `-lock-timeout=${Math.ceil(this.options.lockTimeout ?? 60_000)}ms`;
  }

  #failed(command: string, { output }: RunResult): TerraformError {
    return new TerraformError(
      command,
      forStack(output, basename(this.stackDir)),
      this.options.env,
    );
  }

  async #json(command: string, ...args: string[]): Promise<string> {
    const { stdout } = await this.#quiet(command, ...args);
    return withoutWarnings(stdout);
  }

  async #quiet(command: string, ...args: string[]): Promise<RunResult> {
    const { hurry, signal } = this.options;
    const result = await this.#initializing(command, () =>
      this.#withProviders(command, (env) =>
        run(program(this.options.env), commandLine(command, args), {
          cwd: this.stackDir,
          env,
          closed: true,
          signal,
          grace: GRACE,
          hurry,
        }),
      ),
    );
    if (result.code !== 0) throw this.#failed(command, result);
    return result;
  }

  async #run(command: string, ...args: string[]): Promise<RunResult> {
    const result = await this.#try(command, args);
    if (result.code !== 0) throw this.#failed(command, result);
    return result;
  }

  #try(
    command: string,
    args: readonly string[],
    options: Pick<RunOptions, "onStart" | "outputFile"> = {},
  ): Promise<RunResult> {
    const { hurry, onLine, signal } = this.options;
    return this.#initializing(command, () =>
      this.#withProviders(command, (env) =>
        run(program(this.options.env), commandLine(command, args), {
          ...options,
          cwd: this.stackDir,
          env,
          closed: true,
          onLine: onLine && withoutHints(onLine),
          signal,
          grace: GRACE,
          hurry,
        }),
      ),
    );
  }

  /** Most of a small stack's plan is the time that its providers take to start. */
  #withProviders<T>(
    command: string,
    work: (env: NodeJS.ProcessEnv) => Promise<T>,
  ): Promise<T> {
    const env = withDefaults(this.options.env);
    return USES_PROVIDERS.has(command)
      ? withRunningProviders(this.stackDir, env, work)
      : work(env);
  }

  /** Initializes where Terraform asks for it, and goes on. Nothing is applied twice. */
  async #initializing(
    command: string,
    attempt: () => Promise<RunResult>,
  ): Promise<RunResult> {
    const result = await attempt();
    const isOver = result.code !== 1 || /^(?:init|apply)$/.test(command);
    if (isOver || !asksForInit(result.output)) return result;
    await this.init();
    return attempt();
  }
}

/**
 * What a plan would do.
 *
 * @param json what `show` says of it; it holds secrets and is not printed
 */
export function changesIn(json: string): ResourceChange[] {
  const plan = JSON.parse(json) as {
    resource_changes?: {
      address: string;
      mode: string;
      type: string;
      change: {
        actions: string[];
        before: Record<string, unknown> | null;
        after: Record<string, unknown> | null;
      };
    }[];
  };
  return (plan.resource_changes ?? [])
    .filter(({ mode }) => mode === "managed")
    .map(({ address, type, change }) => ({
      address,
      type,
      actions: change.actions,
      before: change.before,
      after: change.after,
    }))
    .filter(({ actions }) => actions.join() !== "no-op");
}

/**
 * Checks that there is a Terraform, or OpenTofu, that can be used, and tells
 * which version it is.
 *
 * @throws UsageError where it is missing or too old
 */
export async function checkTerraform(env: NodeJS.ProcessEnv): Promise<{
  readonly product: TerraformBinary["product"];
  readonly version: string;
}> {
  const { command: name, product } = terraformBinary(env);
  const found = await run(name, ["version", "-json"], {
    env: withDefaults(env),
  }).catch(() => undefined);
  const version = found && versionIn(found.stdout);
  if (version === undefined)
    throw new UsageError(product, [
      `"${name}" is not on PATH or cannot run: install ${product} ${OLDEST.join(".")} or newer (${INSTALL[product]}), or name it in TERRAFORM_BINARY_NAME`,
    ]);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    throw new UsageError(product, [
      `"${name}" is version ${version}: ${OLDEST.join(".")} or newer is needed`,
    ]);
  return { product, version };
}

/** `state pull` and the like take options after both words. */
function commandLine(command: string, args: readonly string[]): string[] {
  return [...command.split(" "), "-no-color", ...args];
}

/**
 * JSON without what OpenTofu prints before it to the same output, where its
 * configuration file is not as it should be; empty where there is none.
 */
function withoutWarnings(text: string): string {
  const start = text.search(/^\{/m);
  return start < 0 ? "" : text.slice(start);
}

function versionIn(text: string): string | undefined {
  try {
    const { terraform_version: version } = JSON.parse(
      withoutWarnings(text),
    ) as {
      terraform_version?: string;
    };
    return version;
  } catch {
    return undefined;
  }
}

function program(env: NodeJS.ProcessEnv): string {
  return env.TERRAFORM_BINARY_NAME || "terraform";
}

/**
 * Never ask at a prompt, never look for a newer Terraform, and collect garbage
 * late: most of a small stack's run is a start, in which Go does so ten times
 * over. The limit keeps large ones near what they take otherwise.
 */
function withDefaults(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    TF_INPUT: "0",
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    GOGC: "400",
    GOMEMLIMIT: "192MiB",
    ...forTerraform(env),
  };
}

/**
 * Resources know no stacks, and their remedies are commands of one, which
 * Terraform may break anywhere.
 */
export function forStack(output: string, stack: string): string {
  return output.replace(
    /(npm[\s│]+run[\s│]+adopt[\s│]+--[\s│]+)STACK\b/g,
    (_, command: string) => command + stack,
  );
}
