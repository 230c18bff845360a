import { once } from "node:events";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { Connection } from "./connection";
import { grpcServer } from "./grpc";
import { pluginMethods } from "./plugin-service";
import type { Provider } from "./provider";
import { providerMethods } from "./service";

/** What who started this process asks for. */
export interface ServeRequest {
  readonly directory: string;
  /** Path at which to answer; the folder goes with this process. */
  readonly socket: string;
}

export interface ServeAnswer {
  readonly socket: string;
  readonly error?: string;
}

/** Longest time without a call, once who started this is gone; more than between two of one Terraform. */
const ORPHANED_MS = 2000;
const CHECK_MS = 250;

/**
 * Serves a provider in any number of folders, each on a socket of its own, to
 * whatever Terraform runs there, until who started this process ends it or is
 * gone. A Terraform that lives on is served to its end.
 */
export function serveFolders<Client>(
  providerIn: (directory: string) => Provider<Client>,
): void {
  const sockets = new Map<string, Promise<unknown>>();
  let callers = 0;
  let lastSeen = Date.now();
  const serve = async ({ directory, socket }: ServeRequest) => {
    const { server } = grpcServer(
      { ...providerMethods(providerIn(directory)), ...pluginMethods(() => {}) },
      () => new Connection<Client>(),
    );
    server.on("connection", (caller) => {
      callers++;
      caller.once("close", () => {
        callers--;
        lastSeen = Date.now();
      });
    });
    server.listen(socket);
    await once(server, "listening");
  };
  process.on("exit", () => {
    for (const socket of sockets.keys())
      rmSync(dirname(socket), { recursive: true, force: true });
  });
  process.on("message", (request: ServeRequest) => {
    const tell = (answer: ServeAnswer) => process.send?.(answer, () => {});
    const { socket } = request;
    const served = sockets.get(socket) ?? serve(request);
    sockets.set(socket, served);
    served.then(
      () => tell({ socket }),
      (error: unknown) => tell({ socket, error: String(error) }),
    );
  });
  process.on("disconnect", () => (lastSeen = Date.now()));
  setInterval(() => {
    const isLeft = !process.connected && callers === 0;
    if (isLeft && Date.now() - lastSeen > ORPHANED_MS) process.exit(0);
  }, CHECK_MS);
}
