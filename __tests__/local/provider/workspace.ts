import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Account } from "../../../local/account";
import { loadAccount } from "../../../local/account-file";
import type { Json, JsonObject } from "../../../local/account-objects";
import type { ApiCall, Intervention } from "../../../local/api/calls";
import { startApi, type ApiServer } from "../../../local/api/server";
import { startProviderStandIn } from "../../../local/provider/start";
import type { Switches } from "../../../local/switches";
import { MIRROR, PROVIDER_VERSION } from "../../provider";

/** How long a test may take: the real provider starts anew for every command. */
export const TIMEOUT = MIRROR ? 300_000 : 60_000;

export const TOKEN = "rehearsal-only-cloudflare-deploy-token-00001";

/** What a run of `terraform` came to. */
export interface Outcome {
  readonly code: number | null;
  /** Both outputs, without colours, frames and line breaks inside a message. */
  readonly text: string;
  readonly stdout: string;
}

export type Attributes = { readonly [name: string]: unknown };

/** Terraform in a folder of its own, on a local Cloudflare of its own. */
export class Workspace {
  readonly #directory = mkdtempSync(join(tmpdir(), "provider-test-"));
  readonly #env: NodeJS.ProcessEnv;

  private constructor(
    readonly account: Account,
    private readonly server: ApiServer,
    private readonly version: string,
    env: Readonly<Record<string, string>>,
  ) {
    const cli = join(this.#directory, "terraform.rc");
    writeFileSync(
      cli,
      MIRROR
        ? `provider_installation {\n filesystem_mirror { path = ${JSON.stringify(MIRROR)} }\n}\n`
        : "",
    );
    this.#env = {
      PATH: process.env["PATH"],
      HOME: this.#directory,
      TMPDIR: process.env["TMPDIR"],
      TF_CLI_CONFIG_FILE: cli,
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      CHECKPOINT_DISABLE: "1",
      ...env,
    };
  }

  /** Opens one; `close` ends all that it started and removes its files. */
  static async open(
    options: {
      readonly switches?: Partial<Switches>;
      readonly environment?: Readonly<Record<string, string>>;
      /** Of the provider. @default - the one that is tested */
      readonly version?: string;
    } = {},
  ): Promise<Workspace> {
    const account = loadAccount("guide", { switches: options.switches });
    const server = await startApi(account);
    const environment = {
      CLOUDFLARE_BASE_URL: server.baseUrl,
      CLOUDFLARE_API_TOKEN: TOKEN,
      ...options.environment,
    };
    const { version = PROVIDER_VERSION } = options;
    const workspace = new Workspace(account, server, version, environment);
    if (MIRROR === undefined) {
      const standIn = await startProviderStandIn({ environment, version });
      workspace.#closeStandIn = standIn.close;
      workspace.#env["TF_REATTACH_PROVIDERS"] = JSON.stringify(
        standIn.reattach,
      );
    }
    workspace.write({});
    const { code, text } = await workspace.run("init");
    if (code !== 0) throw new Error(text);
    return workspace;
  }

  #closeStandIn: () => Promise<void> = async () => {};

  get port(): number {
    return this.server.port;
  }

  get accountId(): string {
    return this.account.id;
  }

  get zoneId(): string {
    return [...this.account.zones.keys()][0] ?? "";
  }

  get tunnelId(): string {
    return [...this.account.tunnels.keys()][0] ?? "";
  }

  /** Writes the configuration: types and names of resources with their arguments. */
  write(
    resource: { readonly [type: string]: { readonly [name: string]: object } },
    blocks: object = {},
  ): void {
    const prefixed = Object.entries(resource).map(([type, named]) => [
      `cloudflare_${type}`,
      named,
    ]);
    writeFileSync(
      join(this.#directory, "main.tf.json"),
      JSON.stringify({
        terraform: {
          required_providers: {
            cloudflare: {
              source: "cloudflare/cloudflare",
              version: this.version,
            },
          },
        },
        ...(prefixed.length > 0 && { resource: Object.fromEntries(prefixed) }),
        ...blocks,
      }),
    );
  }

  async run(...args: string[]): Promise<Outcome> {
    const child = spawn("terraform", args, {
      cwd: this.#directory,
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => (stdout += String(data)));
    child.stderr.on("data", (data) => (stderr += String(data)));
    const code = await new Promise<number | null>((ended) =>
      child.on("close", ended),
    );
    const plain = stripVTControlCharacters(`${stdout}${stderr}`);
    return { code, text: plain.replace(/[│╷╵\s]+/g, " "), stdout };
  }

  /** Exit code 0: no change; 2: changes. */
  plan = (...args: string[]) => this.run("plan", "-detailed-exitcode", ...args);
  apply = (...args: string[]) => this.run("apply", "-auto-approve", ...args);
  destroy = (...args: string[]) =>
    this.run("destroy", "-auto-approve", ...args);
  import = (address: string, id: string) =>
    this.run("import", `cloudflare_${address}`, id);

  /** Applies, and fails the test with Terraform's words if that fails. */
  async applied(...args: string[]): Promise<Outcome> {
    const outcome = await this.apply(...args);
    if (outcome.code !== 0) throw new Error(outcome.text);
    return outcome;
  }

  /** The attributes of a resource in the state; `{}` where there is none. */
  async state(address: string): Promise<Attributes> {
    const { stdout } = await this.run("show", "-json");
    const { values } = JSON.parse(stdout) as {
      values?: {
        root_module: { resources?: { address: string; values: Attributes }[] };
      };
    };
    const found = values?.root_module.resources?.find(
      (resource) => resource.address === `cloudflare_${address}`,
    );
    return found?.values ?? {};
  }

  /** The values of the outputs in the state. */
  async outputs(): Promise<Attributes> {
    const { stdout } = await this.run("output", "-json");
    const outputs = JSON.parse(stdout) as {
      [name: string]: { value: unknown };
    };
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { value }]) => [name, value]),
    );
  }

  /** The calls that `action` led to, without those that only read. */
  async writes(action: () => Promise<unknown>): Promise<ApiCall[]> {
    return (await this.calls(action)).filter(({ method }) => method !== "GET");
  }

  async calls(action: () => Promise<unknown>): Promise<ApiCall[]> {
    const before = this.server.api.calls.length;
    await action();
    return this.server.api.calls.slice(before);
  }

  /** Changes what is answered for objects of a collection, until told to stop. */
  answering(
    path: RegExp,
    change: (object: JsonObject) => JsonObject,
  ): () => void {
    return this.server.api.onCall({
      async after(call, answer) {
        if (!path.test(call.path) || !answer.ok) return undefined;
        const envelope = (await answer.clone().json()) as { result: Json };
        const { result } = envelope;
        const changed = Array.isArray(result)
          ? result.map((item) => change(item as JsonObject))
          : change(result as JsonObject);
        return Response.json(
          { ...envelope, result: changed },
          { status: answer.status },
        );
      },
    });
  }

  /** Answers calls instead of the API; what gets undefined goes through. */
  instead(answer: (call: ApiCall) => Intervention): () => void {
    return this.server.api.onCall({ before: answer });
  }

  async close(): Promise<void> {
    await this.#closeStandIn();
    await this.server.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Method and last path segments of calls: `PUT policies/:id`. */
export function summary(calls: readonly ApiCall[]): string[] {
  return calls.map(({ method, path, status }) => {
    const short = path
      .replace(/^\/(accounts|zones)\/\w+\/(access\/)?/, "")
      .replace(/[0-9a-f-]{32,}/, ":id");
    return `${method} ${short} ${status}`;
  });
}
