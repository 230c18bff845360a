import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { CONFIGURATION, synthesized } from "../base/synthesized";
import { parseAddress } from "./address";
import { reattachTo } from "./attach";
import { CODE } from "./code-cache";
import { LONGEST_SOCKET_PATH } from "./launch";
import { exactVersion, type RequiredProviders } from "./lock-file";
import { platform } from "./mirror";
import type { ServeAnswer, ServeRequest } from "./serve-folders";

/**
 * Runs Terraform in a stack's folder with the providers that `installProvider`
 * has put there running already: one process of each for all runs of this
 * process, as Terraform itself starts one several times for each plan. A
 * provider that can't be had this way is left to Terraform.
 *
 * Terraform compares no hash of what runs already, so that this is for folders
 * in which this project's own `installProvider` and `terraform init` have run.
 *
 * @param env of Terraform, which a provider that it starts is given
 * @param work given `env`, which then says where the providers are
 */
export async function withRunningProviders<T>(
  directory: string,
  env: NodeJS.ProcessEnv,
  work: (env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  const folder = resolve(directory);
  const used: Host[] = [];
  const socketOf = (script: string) => {
    const host = hostOf(script, env);
    host.use();
    used.push(host);
    return host.serve(folder);
  };
  try {
    const running = await Promise.all(
      scriptsIn(folder).map(async ({ address, script }) => {
        // The second time where the process has died since its last use.
        const found = (await socketOf(script)) ?? (await socketOf(script));
        return found ? [[address, found]] : [];
      }),
    );
    const attached = {
      ...(Object.fromEntries(running.flat()) as object),
      ...(JSON.parse(env.TF_REATTACH_PROVIDERS || "{}") as object),
    };
    return await work({
      ...env,
      TF_REATTACH_PROVIDERS: JSON.stringify(attached),
    });
  } finally {
    for (const host of used) host.release();
  }
}

interface Script {
  readonly address: string;
  readonly script: string;
}

/** The providers that a stack requires and has in its own mirror as scripts. */
function scriptsIn(directory: string): Script[] {
  if (
    process.platform === "win32" ||
    !existsSync(join(directory, CONFIGURATION))
  )
    return [];
  const { terraform } = synthesized<{
    terraform?: { required_providers?: RequiredProviders };
  }>({ dir: directory });
  const required = Object.entries(terraform?.required_providers ?? {});
  return required.flatMap(([name, { source = name, version: constraint }]) => {
    const version = exactVersion(constraint);
    if (version === undefined) return [];
    const { address, host, namespace, type } = parseAddress(source);
    const folder = join(
      ...[directory, "terraform.d", "plugins", host, namespace, type],
      ...[version, platform()],
    );
    const script = join(folder, `terraform-provider-${type}_v${version}`);
    return existsSync(join(folder, CODE)) ? [{ address, script }] : [];
  });
}

/** By content, which the script's name tells, and environment. */
const hosts = new Map<string, Host>();
const endAll = () => hosts.forEach((host) => host.end());

function hostOf(script: string, env: NodeJS.ProcessEnv): Host {
  if (hosts.size === 0) process.once("exit", endAll);
  const key = JSON.stringify([basename(script), env]);
  let host = hosts.get(key);
  if (!host?.isRunning) hosts.set(key, (host = new Host(script, env)));
  return host;
}

/** How long a provider waits for its next use: Terraform itself may wait longer, as for a lock. */
const IDLE_MS = 30_000;

/** A process that serves one provider in any number of folders. */
class Host {
  /** Runs of Terraform that use it. */
  #users = 0;
  #idle: NodeJS.Timeout | undefined;
  #ended = false;
  readonly #child: ChildProcess;
  /** Whoever can connect can use the provider: no other user can enter. */
  readonly #folder = mkdtempSync(join(tmpdir(), "tf-"));
  readonly #sockets = new Map<string, string>();

  constructor(script: string, env: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, [script], {
      env: { ...env, NODE_OPTIONS: undefined },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // Ctrl-C reaches Terraform alone, which tells the provider when to stop.
      detached: true,
    });
    this.#child.unref();
    this.#child.channel?.unref();
    this.#child.on("error", () => {});
    // What it prints are the words of a crash, which Terraform can't show.
    (this.#child.stderr as Socket | null)?.unref();
    this.#child.stderr?.on("data", (words) => process.stderr.write(words));
    this.#child.once("exit", () => this.#remove());
  }

  use(): void {
    clearTimeout(this.#idle);
    this.#users++;
  }

  release(): void {
    if (--this.#users > 0) return;
    this.#idle = setTimeout(() => this.end(), IDLE_MS).unref();
  }

  /** To be called where this process ends. */
  end(): void {
    // A Terraform that lives on is served to its end.
    if (this.#users > 0) return;
    this.#ended = true;
    this.#child.kill("SIGKILL");
    this.#remove();
  }

  #remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get isRunning(): boolean {
    return this.#child.connected && !this.#ended;
  }

  /** How Terraform reaches the provider from a folder; undefined where it can't. */
  async serve(directory: string): Promise<object | undefined> {
    const path =
      this.#sockets.get(directory) ??
      join(this.#folder, String(this.#sockets.size));
    this.#sockets.set(directory, path);
    const socket = await this.#ask({ directory, socket: path });
    return socket === undefined
      ? undefined
      : reattachTo(this.#child.pid ?? 0, "unix", socket);
  }

  /** Asked each time: it may have died since. */
  async #ask(request: ServeRequest): Promise<string | undefined> {
    if (Buffer.byteLength(request.socket) > LONGEST_SOCKET_PATH)
      return undefined;
    const child = this.#child;
    return new Promise((resolve) => {
      const end = (socket?: string) => {
        child.off("message", read).off("disconnect", lost);
        child.channel?.unref();
        resolve(socket);
      };
      const read = ({ socket, error }: ServeAnswer) => {
        if (socket === request.socket) end(error ? undefined : socket);
      };
      const lost = () => {
        this.#ended = true;
        end();
      };
      child.setMaxListeners(0).on("message", read).once("disconnect", lost);
      child.channel?.ref();
      child.send(request, (error) => error && lost());
    });
  }
}
