import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { synthesized } from "../base/synthesized";
import { UsageError } from "../base/usage-error";
import { SERVICE_OUTPUT } from "../contract/service-outputs";
import { forApp } from "./child-environment";
import { run } from "./processes";

/** One stack as the synthesized manifest tells of it. */
export interface Stack {
  readonly name: string;
  readonly dir: string;
  /** Names of the stacks that are deployed before it. */
  readonly dependencies: readonly string[];
  /** What its constructs warn of. */
  readonly warnings: readonly string[];
}

export interface SynthOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

const PROJECT = resolve(__dirname, "..");

/**
 * Synthesizes the app that `cdktf.json` names, or `CDKTF_APP`, and reads what
 * stacks it has.
 *
 * @throws UsageError with what the app says of settings and props
 */
export async function synthesize({
  env,
  signal,
}: SynthOptions): Promise<Map<string, Stack>> {
  const outdir = resolve(env.CDKTF_OUTPUT ?? "cdktf.out");
  const app = env.CDKTF_APP ?? configuredApp();
  mkdirSync(outdir, { recursive: true });
  const result = await run("sh", ["-c", `exec ${app}`], {
    cwd: PROJECT,
    // tsx's cache lies where another user of this machine may put code first.
    env: { TSX_DISABLE_CACHE: "1", ...forApp(env), CDKTF_OUTDIR: outdir },
    signal,
  });
  if (result.code === 2) throw new UsageError(...faultsIn(result.output));
  if (result.code !== 0)
    throw new Error(`The app did not synthesize:\n${result.output}`);
  const manifest = JSON.parse(
    readFileSync(join(outdir, "manifest.json"), "utf8"),
  ) as {
    stacks: Record<
      string,
      {
        name: string;
        workingDirectory: string;
        dependencies: string[];
        annotations?: { level: string; message: string }[];
      }
    >;
  };
  return new Map(
    Object.values(manifest.stacks).map((stack) => [
      stack.name,
      {
        name: stack.name,
        dir: join(outdir, stack.workingDirectory),
        dependencies: stack.dependencies,
        warnings: (stack.annotations ?? [])
          .filter(({ level }) => level === "@cdktf/warn")
          .map(({ message }) => message),
      },
    ]),
  );
}

/** Whether a stack is one of a service, by what it tells its commands. */
export function isService(stack: Pick<Stack, "dir">): boolean {
  const { output = {} } = synthesized<{ output?: object }>(stack);
  return SERVICE_OUTPUT in output;
}

/**
 * The named stacks and all they depend on, in the order of deployment.
 *
 * @throws UsageError for names that no stack has
 */
export function withDependencies(
  stacks: ReadonlyMap<string, Stack>,
  names: readonly string[],
): Stack[] {
  const unknown = names.filter((name) => !stacks.has(name));
  if (unknown.length > 0)
    throw new UsageError(
      "Stacks",
      unknown.map(
        (name) =>
          `main.ts has no stack "${name}": it has ${[...stacks.keys()].join(", ")}`,
      ),
    );
  const ordered = new Set<Stack>();
  const add = (name: string) => {
    const stack = stacks.get(name);
    if (!stack || ordered.has(stack)) return;
    stack.dependencies.forEach(add);
    ordered.add(stack);
  };
  names.forEach(add);
  return [...ordered];
}

function configuredApp(): string {
  const { app } = JSON.parse(
    readFileSync(join(PROJECT, "cdktf.json"), "utf8"),
  ) as { app: string };
  return app;
}

function faultsIn(output: string): [string, string[]] {
  const [subject = "Stacks", ...faults] = output.trim().split("\n");
  return [
    subject.replace(/:$/, ""),
    faults.map((fault) => fault.replace(/^- /, "")),
  ];
}
