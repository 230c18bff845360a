import { X509Certificate, randomBytes } from "node:crypto";
import { once } from "node:events";
import { rmSync, writeSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { selfSignedCertificate } from "./certificate";
import { Connection } from "./connection";
import { grpcServer, type GrpcServer } from "./grpc";
import { pluginMethods } from "./plugin-service";
import type { Provider } from "./provider";
import { serveFolders } from "./serve-folders";
import { providerMethods } from "./service";
import { readableStack } from "./stack";

// Terraform sets this in the environment of a plugin, to tell it from a
// program that someone started by hand.
const MAGIC_COOKIE =
  "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
// Of go-plugin's handshake and of Terraform's plugin protocol.
const CORE_PROTOCOL = 1;
const PROTOCOL = 6;
/** `sun_path` holds 104 bytes on macOS, 108 on Linux. */
export const LONGEST_SOCKET_PATH = 100;
const PARENT_CHECK_MS = 1000;

/**
 * Runs a provider in the process that Terraform has started for it, until
 * Terraform asks it to end or is gone itself. Call it once, first of all, in
 * the script given to `installProvider`.
 *
 * Standard output belongs to the handshake: what the provider prints goes to
 * standard error, which Terraform shows in its log.
 *
 * @param provider the provider, or what makes it for the folder in which
 * Terraform runs
 */
export async function launch<Client>(
  provider: Provider<Client> | ((directory: string) => Provider<Client>),
): Promise<void> {
  const providerIn = typeof provider === "function" ? provider : () => provider;
  if (process.send === undefined) refuseToRunByHand();
  Object.defineProperty(process, "stdout", { get: () => process.stderr });
  process.on("uncaughtException", (error) => panic(error));
  // Ctrl-C reaches every process of the terminal; Terraform then says itself
  // when to stop.
  process.on("SIGINT", () => {});
  // So that the socket goes with the process.
  for (const signal of ["SIGTERM", "SIGHUP"])
    process.on(signal, () => process.exit(1));
  // `withRunningProviders` has started this, for many runs of Terraform.
  if (process.send !== undefined) return serveFolders(providerIn);
  endWithParent();

  const { certificate, privateKey } = selfSignedCertificate();
  const clientCertificate = process.env["PLUGIN_CLIENT_CERT"];
  const grpc = grpcServer(
    {
      ...providerMethods(providerIn(process.cwd())),
      ...pluginMethods(() => process.exit(0)),
    },
    () => new Connection<Client>(),
    clientCertificate
      ? {
          key: privateKey,
          cert: new X509Certificate(certificate).toString(),
          ca: clientCertificate,
        }
      : undefined,
  );
  const address = await listen(grpc);
  const handshake = [
    CORE_PROTOCOL,
    PROTOCOL,
    address,
    "grpc",
    clientCertificate ? certificate.toString("base64").replace(/=+$/, "") : "",
  ];
  writeSync(1, `${handshake.join("|")}\n`);
}

function refuseToRunByHand(): void {
  const offered = process.env["PLUGIN_PROTOCOL_VERSIONS"] ?? String(PROTOCOL);
  if (process.env["TF_PLUGIN_MAGIC_COOKIE"] !== MAGIC_COOKIE)
    refuse("This is a Terraform provider: Terraform starts it, not a person.");
  if (!offered.split(",").includes(String(PROTOCOL)))
    refuse(
      `This provider speaks protocol ${PROTOCOL}; this Terraform speaks ${offered}. Use Terraform 1.0 or newer.`,
    );
}

function refuse(message: string): never {
  writeSync(2, `${message}\n`);
  process.exit(1);
}

/** Terraform shows its user the lines after one that starts with "panic". */
function panic(error: unknown): never {
  writeSync(2, `\npanic: ${readableStack(error)}\n`);
  process.exit(2);
}

/** A killed Terraform says nothing; its children get another parent. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, PARENT_CHECK_MS).unref();
}

/** Listens on a Unix socket, or on TCP where its path would be too long. */
async function listen({ server }: GrpcServer): Promise<string> {
  const directory = process.env["PLUGIN_UNIX_SOCKET_DIR"] ?? tmpdir();
  const path = join(directory, `plugin${randomBytes(8).toString("hex")}`);
  if (
    process.platform !== "win32" &&
    Buffer.byteLength(path) <= LONGEST_SOCKET_PATH
  ) {
    process.on("exit", () => rmSync(path, { force: true }));
    server.listen(path);
    await once(server, "listening");
    return `unix|${path}`;
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `tcp|127.0.0.1:${(server.address() as AddressInfo).port}`;
}
