import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { TUNNEL_PROVIDER } from "../../../providers/tunnel-route/package";
import { installProvider } from "../../../terraform-plugin/mirror";
import { DEPLOY_TOKEN, type Cloud } from "./cloud";

/** What a run of `terraform` came to. */
export interface Outcome {
  readonly code: number | null;
  /** Both outputs, without colours, frames and line breaks. */
  readonly text: string;
}

/** A stack's folder whose provider Terraform launches itself. */
export class Workspace {
  readonly env: NodeJS.ProcessEnv;
  readonly journal: string;

  private constructor(
    private readonly cloud: Cloud,
    readonly directory: string,
    locks: string,
  ) {
    this.journal = join(directory, "journal");
    const cli = join(directory, "terraform.rc");
    writeFileSync(cli, "");
    this.env = {
      PATH: process.env["PATH"],
      HOME: directory,
      TMPDIR: process.env["TMPDIR"],
      TF_CLI_CONFIG_FILE: cli,
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      CHECKPOINT_DISABLE: "1",
      CLOUDFLARE_API_TOKEN: DEPLOY_TOKEN,
      CLOUDFLARE_BASE_URL: cloud.baseUrl,
      ACCESS_STACKS_LOCK_DIR: locks,
    };
  }

  /**
   * @param locks Folder of locks to share with other workspaces.
   */
  static async open(cloud: Cloud, locks?: string): Promise<Workspace> {
    const directory = mkdtempSync(join(tmpdir(), "tunnel-route-"));
    const workspace = new Workspace(
      cloud,
      directory,
      locks ?? join(directory, "locks"),
    );
    mkdirSync(workspace.journal, { mode: 0o700 });
    workspace.write({});
    installProvider({ ...TUNNEL_PROVIDER, stackDirectories: [directory] });
    const { code, text } = await workspace.run("init");
    if (code !== 0) throw new Error(text);
    return workspace;
  }

  /** Writes the configuration: routes by their name, with what differs. */
  write(routes: { readonly [name: string]: object }): void {
    const { address } = TUNNEL_PROVIDER;
    const resources = Object.fromEntries(
      Object.entries(routes).map(([name, route]) => [
        name,
        {
          account_id: this.cloud.account.id,
          tunnel_id: this.cloud.tunnelId,
          service: "http://caddy:80",
          ...route,
        },
      ]),
    );
    this.writeBlocks({
      terraform: { required_providers: { tunnel: { source: address } } },
      provider: { tunnel: { journal_dir: "journal" } },
      ...(Object.keys(routes).length > 0 && {
        resource: { tunnel_route: resources },
      }),
    });
  }

  writeBlocks(configuration: object): void {
    writeFileSync(
      join(this.directory, "main.tf.json"),
      JSON.stringify(configuration),
    );
  }

  /** Its own process group, so that a test can kill all of it. */
  start(...args: string[]): ChildProcess {
    return spawn("terraform", args, {
      cwd: this.directory,
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
  }

  async run(...args: string[]): Promise<Outcome> {
    return outcome(this.start(...args));
  }

  apply = (...args: string[]) => this.run("apply", "-auto-approve", ...args);
  destroy = () => this.run("destroy", "-auto-approve");
  /** Exit code 0: no change; 2: changes. */
  plan = (...args: string[]) => this.run("plan", "-detailed-exitcode", ...args);

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export async function outcome(child: ChildProcess): Promise<Outcome> {
  let output = "";
  child.stdout?.on("data", (data) => (output += String(data)));
  child.stderr?.on("data", (data) => (output += String(data)));
  const code = await new Promise<number | null>((ended) =>
    child.on("close", ended),
  );
  const text = stripVTControlCharacters(output).replace(/[│╷╵\s]+/g, " ");
  return { code, text };
}
