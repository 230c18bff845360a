import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import {
  attach,
  reattachProviders,
  type AttachedProvider,
} from "../../terraform-plugin/attach";
import { installProvider } from "../../terraform-plugin/mirror";
import { sample } from "./sample/provider";

export type Mode = "attached" | "launched";

export const ADDRESS = "tests.invalid/acme/sample";
export const ENTRY = resolve(__dirname, "sample", "main.ts");

/** What a run of `terraform` came to. */
export interface Outcome {
  readonly code: number | null;
  /** Both outputs, without colours, frames and line breaks inside a message. */
  readonly text: string;
  readonly stdout: string;
}

/** A folder with a Terraform configuration, and a place for its things. */
export class Workspace {
  readonly directory: string;
  readonly things: string;
  readonly env: NodeJS.ProcessEnv;

  constructor(parent = mkdtempSync(join(tmpdir(), "plugin-test-"))) {
    this.directory = parent;
    this.things = join(parent, "things");
    mkdirSync(this.things, { recursive: true });
    const cli = join(parent, "terraform.rc");
    writeFileSync(cli, "");
    this.env = {
      PATH: process.env["PATH"],
      HOME: parent,
      TMPDIR: process.env["TMPDIR"],
      TF_CLI_CONFIG_FILE: cli,
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      CHECKPOINT_DISABLE: "1",
    };
  }

  /** Writes the configuration: the provider, and what `blocks` adds or replaces. */
  write(blocks: object): void {
    const configuration = {
      terraform: { required_providers: { sample: { source: ADDRESS } } },
      provider: { sample: { directory: this.things } },
      ...blocks,
    };
    writeFileSync(
      join(this.directory, "main.tf.json"),
      JSON.stringify(configuration),
    );
  }

  writeThing(attributes: object): void {
    this.write({ resource: { sample_thing: { it: attributes } } });
  }

  start(options: { detached?: boolean }, ...args: string[]): ChildProcess {
    return spawn("terraform", args, {
      ...options,
      cwd: this.directory,
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async run(...args: string[]): Promise<Outcome> {
    const child = this.start({}, ...args);
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (data) => (stdout += String(data)));
    child.stderr?.on("data", (data) => (stderr += String(data)));
    const code = await new Promise<number | null>((ended) =>
      child.on("close", ended),
    );
    const plain = stripVTControlCharacters(`${stdout}${stderr}`);
    const text = plain.replace(/[│╷╵\s]+/g, " ");
    return { code, text, stdout };
  }

  init = () => this.run("init");
  apply = () => this.run("apply", "-auto-approve");
  destroy = () => this.run("destroy", "-auto-approve");
  /** Exit code 0: no change; 2: changes. */
  plan = () => this.run("plan", "-detailed-exitcode");

  /** The state as `terraform show` prints it in JSON. */
  async stateText(): Promise<string> {
    return (await this.run("show", "-json")).stdout;
  }

  /** The attributes of a resource in the state. */
  async state(address = "sample_thing.it"): Promise<Record<string, unknown>> {
    const { values } = JSON.parse(await this.stateText()) as {
      values?: {
        root_module: {
          resources: { address: string; values: Record<string, unknown> }[];
        };
      };
    };
    const resources = values?.root_module.resources ?? [];
    return resources.find((r) => r.address === address)?.values ?? {};
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A workspace in which the sample provider can be used, initialised. */
export async function openWorkspace(
  mode: Mode,
  parent?: string,
): Promise<Workspace & { close(): Promise<void> }> {
  const workspace = new Workspace(parent);
  let attached: AttachedProvider | undefined;
  if (mode === "attached") {
    attached = await attach(sample, ADDRESS);
    workspace.env["TF_REATTACH_PROVIDERS"] = reattachProviders([attached]);
  } else {
    installProvider({
      address: ADDRESS,
      entry: ENTRY,
      stackDirectories: [workspace.directory],
    });
  }
  workspace.write({});
  const { code, text } = await workspace.init();
  if (code !== 0) throw new Error(text);
  return Object.assign(workspace, {
    close: async () => {
      await attached?.close();
      workspace.remove();
    },
  });
}
