import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { checkApiToken } from "../../account/api-token";
import { cloudflareClient } from "../../account/client";
import { leftoversOf, settle, settled } from "../../deployment/adopt";
import {
  deployStack,
  type DeployOptions,
  type DeployOutcome,
} from "../../deployment/deploy";
import type { Leftover } from "../../deployment/leftovers";
import {
  synthesize,
  withDependencies,
  type Stack,
} from "../../deployment/stacks";
import { Terraform } from "../../deployment/terraform";
import type { Account } from "../../local/account";
import { loadAccount } from "../../local/account-file";
import type { Api } from "../../local/api/api";
import { startApi } from "../../local/api/server";
import { cast } from "../../rehearsal/cast";
import { createWorkspace, type Workspace } from "../../rehearsal/workspace";
import { MIRROR, providerUnderTest } from "../provider";

const PROJECT = resolve(__dirname, "../..");

/** How long a test may take: the real provider starts anew for every command. */
export const TIMEOUT = MIRROR ? 900_000 : 240_000;

/** What a command came to. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An account behind a local API, and the stacks of main.ts deployed to it. */
export class World {
  static async open(file: string): Promise<World> {
    const account = loadAccount(file);
    const server = await startApi(account);
    const parts = cast(account);
    const provider = await providerUnderTest({
      token: parts.apiToken,
      apiUrl: server.baseUrl,
    });
    const workspace = createWorkspace({
      ...parts,
      ...provider.workspace,
      accountId: account.id,
      apiUrl: server.baseUrl,
      // Nobody visits the service here.
      edge: { port: 0, caPem: "" },
      allowedEmails: [parts.allowed.email],
    });
    return new World(account, server.api, workspace, async () => {
      await provider.close();
      await server.close();
      workspace.remove();
    });
  }

  #stacks: Promise<Map<string, Stack>> | undefined;

  private constructor(
    readonly account: Account,
    readonly api: Api,
    readonly workspace: Workspace,
    readonly close: () => Promise<void>,
  ) {}

  get env(): NodeJS.ProcessEnv {
    return this.workspace.env;
  }

  /** The stacks that comfyui needs and comfyui, in the order of deployment. */
  async stacks(): Promise<Stack[]> {
    this.#stacks ??= synthesize({ env: this.env });
    return withDependencies(await this.#stacks, ["comfyui"]);
  }

  /** Deploys all, without further attempts, until one is declined. */
  async deploy(
    options: Partial<DeployOptions> = {},
  ): Promise<Record<string, DeployOutcome>> {
    const outcomes: Record<string, DeployOutcome> = {};
    for (const stack of await this.stacks()) {
      const outcome = await deployStack(stack, {
        env: this.env,
        approve: async () => true,
        waits: [],
        ...options,
      });
      outcomes[stack.name] = outcome;
      if (outcome === "declined") break;
    }
    return outcomes;
  }

  /** Finds what was left behind and does with it as is fit. */
  async adopt(ours: readonly string[] = []): Promise<Leftover[]> {
    const client = cloudflareClient(this.env);
    await checkApiToken(client, this.account.id);
    const all: Leftover[] = [];
    for (const stack of await this.stacks()) {
      const options = { env: this.env };
      const leftovers = await leftoversOf(stack, client, options, ours);
      for (const leftover of leftovers)
        await settle(stack, leftover, client, options);
      const left = leftovers.filter(({ action }) => action.do === "leave");
      settled(stack, left, options);
      all.push(...leftovers);
    }
    return all;
  }

  async destroy(): Promise<void> {
    for (const { dir } of (await this.stacks()).reverse()) {
      const plan = join(dir, "destroy.plan");
      const env = { ...this.env, TF_CLI_ARGS_plan: "-destroy" };
      const terraform = new Terraform(dir, { env });
      if (await terraform.plan(plan)) await terraform.apply(plan);
      rmSync(plan);
    }
  }

  /** Runs a command of `scripts/` as npm does. */
  script(
    name: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<Outcome> {
    return runScript(name, args, { ...this.env, ...env });
  }

  /** What calls, other than reads, the API got while `action` ran. */
  async writes(action: () => Promise<unknown>): Promise<string[]> {
    const before = this.api.calls.length;
    await action();
    return this.api.calls
      .slice(before)
      .filter(({ method }) => method !== "GET")
      .map(({ method, path }) => `${method} ${path}`);
  }
}

/** Runs a command of `scripts/` in exactly this environment. */
export function runScript(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Outcome> {
  return run(
    process.execPath,
    [
      "--require",
      "./typescript.js",
      join(PROJECT, "scripts", `${name}.ts`),
      ...args,
    ],
    env,
  );
}

/** Runs a program in the project's folder, with nobody at a terminal. */
export async function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const child = spawn(program, args, {
    cwd: PROJECT,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => (stdout += String(data)));
  child.stderr.on("data", (data) => (stderr += String(data)));
  const code = await new Promise<number | null>((ended) =>
    child.once("close", ended),
  );
  return { code, stdout, stderr };
}
