import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CONFIGURATION } from "../base/synthesized";
import type { Stack } from "./stacks";
import {
  Terraform,
  TerraformError,
  type StateResource,
  type TerraformOptions,
} from "./terraform";

/** The format of Terraform's state files that is read here. */
const FORMAT = 4;

/** A state file, as far as it is read. */
interface StateFile {
  readonly version?: number;
  readonly outputs?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resources?: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly {
      readonly deposed?: string;
      readonly index_key?: number | string;
      readonly attributes: StateResource["values"];
    }[];
  }[];
}

type StackDir = Pick<Stack, "dir">;

/**
 * The outputs of a stack, sensitive ones included; none where it was never
 * deployed.
 *
 * @throws TerraformError where Terraform had to be asked and failed
 */
export async function readOutputs(
  stack: StackDir,
  options: TerraformOptions,
): Promise<Record<string, unknown>> {
  const file = await stateOf(stack, options);
  if (file === undefined)
    return ask(stack, options, (terraform) => terraform.outputs());
  return Object.fromEntries(
    Object.entries(file.outputs ?? {}).map(([name, { value }]) => [
      name,
      value,
    ]),
  );
}

/**
 * The resources that a stack's state holds, secrets included.
 *
 * @throws TerraformError where Terraform had to be asked and failed
 */
export async function readResources(
  stack: StackDir,
  options: TerraformOptions,
): Promise<StateResource[]> {
  const file = await stateOf(stack, options);
  if (file === undefined)
    return ask(stack, options, (terraform) => terraform.resources());
  return (file.resources ?? [])
    .filter(({ mode }) => mode === "managed")
    .flatMap(({ instances, mode, name, type }) =>
      instances.map(({ attributes, deposed, index_key: index }) => ({
        address: `${type}.${name}${index === undefined ? "" : `[${JSON.stringify(index)}]`}`,
        mode,
        type,
        deposed_key: deposed,
        values: attributes,
      })),
    );
}

/**
 * A state as it is kept. `show` and `output` refuse one that another version of
 * a provider wrote, until it is written anew. Undefined for a format that is not
 * known here.
 */
async function stateOf(
  stack: StackDir,
  options: TerraformOptions,
): Promise<StateFile | undefined> {
  const local = await localState(stack, options.env);
  if (local !== undefined) return local;
  const text = await ask(stack, options, (terraform) => terraform.pullState());
  if (text.trim() === "") return { version: FORMAT };
  const file = JSON.parse(text) as StateFile;
  return file.version === FORMAT ? file : undefined;
}

/**
 * The state file of a stack whose backend is local: Terraform would take a
 * second for each, and has to be initialised first. Undefined where only
 * Terraform knows: with another backend, now or at its last run, or workspace, a
 * format that is not known here, or a file that is just being written.
 *
 * What the file says stays out of every error, as it holds secrets.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/local
 */
async function localState(
  { dir }: StackDir,
  env: NodeJS.ProcessEnv,
): Promise<StateFile | undefined> {
  if (env.TF_WORKSPACE && env.TF_WORKSPACE !== "default") return undefined;
  const { terraform } = ((await parsed(join(dir, CONFIGURATION))) ?? {}) as {
    terraform?: { backend?: { local?: { path?: string } } };
  };
  const path = terraform?.backend?.local?.path;
  if (path === undefined || (await isElsewhere(dir))) return undefined;
  const file = (await parsed(resolve(dir, path))) as StateFile | undefined;
  if (file === undefined) return { version: FORMAT };
  return file.version === FORMAT ? file : undefined;
}

/**
 * Whether the stack's state was in a bucket when Terraform was last here, and
 * nothing has moved it since: there is no file then, and that is no empty state.
 */
async function isElsewhere(dir: string): Promise<boolean> {
  const { backend } = ((await parsed(
    join(dir, ".terraform", "terraform.tfstate"),
  )) ?? {}) as { backend?: { type?: string } };
  return backend?.type !== undefined && backend.type !== "local";
}

/** What a file says: undefined where there is none, empty where it is no JSON. */
async function parsed(path: string): Promise<object | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as object;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

async function ask<T>(
  { dir }: StackDir,
  options: TerraformOptions,
  question: (terraform: Terraform) => Promise<T>,
): Promise<T> {
  const terraform = new Terraform(dir, options);
  try {
    return await question(terraform);
  } catch (error) {
    if (!(error instanceof TerraformError)) throw error;
    // In a fresh checkout, or after a new version of a provider.
    await terraform.init();
    return question(terraform);
  }
}
