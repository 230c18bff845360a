import { execFile, spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { Writable } from "node:stream";
import { promisify } from "node:util";
import { onThisMachine, type CaddyConfig } from "./caddy-config";
import type { Network } from "../network";
import type { Server } from "./server";

/**
 * Runs Caddy in the shell's own place (`exec`), so that Caddy's process id is
 * the one we know, and a watcher beside it: when this process ends, however it
 * ends, the pipe on standard input closes, and the watcher kills Caddy and
 * removes its folder.
 */
const RUN = `
{ cat >/dev/null; kill -KILL $$ 2>/dev/null; rm -rf "$2"; } <&4 3<&- &
exec "$1" run --config - <&3 3<&- 4<&-
`;

/** How often another port is tried where somebody took ours in between. */
const ATTEMPTS = 3;

/**
 * Where Caddy's program is: CADDY_PATH, else the first on PATH. Undefined where
 * there is none, or where there is no shell to start it with (on Windows).
 */
export function findCaddy(
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): string | undefined {
  if (process.platform === "win32") return undefined;
  const candidates =
    env["CADDY_PATH"] !== undefined
      ? [env["CADDY_PATH"]]
      : (env["PATH"] ?? "")
          .split(delimiter)
          .filter((folder) => folder !== "")
          .map((folder) => join(folder, "caddy"));
  return candidates.find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a real Caddy with a Caddyfile, on a free port of 127.0.0.1.
 *
 * @param program See `findCaddy`.
 * @param network Where the services that the file names are found.
 * @throws Error with what Caddy said, where it does not start
 */
export async function startCaddy(
  program: string,
  caddyfile: string,
  network: Network,
): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(program, await freePort(), caddyfile, network);
    } catch (error) {
      const taken = /address already in use/.test((error as Error).message);
      if (!taken || attempt === ATTEMPTS) throw error;
    }
  }
}

async function run(
  program: string,
  port: number,
  caddyfile: string,
  network: Network,
): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "access-stacks-caddy-"));
  const configuration = await adapt(program, caddyfile, folder)
    .then((adapted) => onThisMachine(adapted, port, network))
    .catch(async (error: Error) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
  const child = spawn("/bin/sh", ["-c", RUN, "caddy", program, folder], {
    // A terminal's Ctrl-C is ours to handle: Caddy serves until we close it.
    detached: true,
    cwd: folder,
    env: environment(folder),
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
  });
  const [, , , config, life] = child.stdio as unknown as Writable[];
  // Both break where Caddy could not be started; `ended` tells why.
  for (const pipe of [config, life]) pipe?.on("error", () => undefined);
  config?.end(JSON.stringify(configuration));

  const ended = new Promise<void>((resolve) =>
    child.once("close", () => resolve()),
  );
  child.once("exit", () => life?.destroy());
  const close = async (): Promise<void> => {
    life?.destroy();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await serving(child);
  } catch (error) {
    await close();
    throw error;
  }
  return { port, close };
}

const execute = promisify(execFile);

/**
 * What a Caddyfile means, in Caddy's own words.
 *
 * @throws Error with what Caddy said of the file
 */
async function adapt(
  program: string,
  caddyfile: string,
  folder: string,
): Promise<CaddyConfig> {
  // Caddy takes no file without a site.
  if (caddyfile === "") return {};
  const file = join(folder, "Caddyfile");
  await writeFile(file, caddyfile);
  const { stdout } = await execute(
    program,
    ["adapt", "--adapter", "caddyfile", "--config", file],
    { env: environment(folder) },
  );
  return JSON.parse(stdout) as CaddyConfig;
}

/** Caddy writes below its home. */
function environment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
  };
}

/** Waits until Caddy says that it serves; keeps reading what it says later. */
function serving(child: ChildProcess): Promise<void> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () =>
      reject(new Error(`Caddy did not start:\n${said.join("\n")}`)),
    );
    createInterface(child.stderr!).on("line", (line) => {
      if (line.includes("serving initial configuration")) resolve();
      if (said.length < 50) said.push(line);
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
