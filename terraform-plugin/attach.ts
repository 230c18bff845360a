import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { checkProps } from "../base/check-props";
import { Connection } from "./connection";
import { grpcServer } from "./grpc";
import { pluginMethods } from "./plugin-service";
import type { Provider } from "./provider";
import { providerMethods } from "./service";

/** A provider that runs in this process for any `terraform` told where it is. */
export interface AttachedProvider {
  /** Source address, such as `registry.terraform.io/cloudflare/cloudflare`. */
  readonly address: string;
  /** What stands under the address in TF_REATTACH_PROVIDERS. */
  readonly reattach: object;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/**
 * Serves a provider from this process, on a free port of 127.0.0.1. Any number
 * of `terraform` processes may use it at once; each has a configuration of its
 * own. Whoever can connect to the port can use the provider: meant for tests
 * and rehearsals.
 *
 * After `close` start no `terraform` with `reattach` any more: it kills the
 * process that it can't connect to.
 *
 * @throws UsageError naming what a provider has to have and this one has not
 */
export async function attach<Client>(
  provider: Provider<Client>,
  address: string,
): Promise<AttachedProvider> {
  checkProps("attach", provider, [
    "schema",
    "configure",
    "resources",
    "dataSources",
  ]);
  const { server, close } = grpcServer(
    { ...providerMethods(provider), ...pluginMethods(() => {}) },
    () => new Connection<Client>(),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    address,
    reattach: reattachTo(process.pid, "tcp", `127.0.0.1:${port}`),
    close,
  };
}

/** How Terraform reaches a provider that runs already. */
export function reattachTo(
  pid: number,
  network: "tcp" | "unix",
  address: string,
): object {
  return {
    Protocol: "grpc",
    ProtocolVersion: 6,
    Pid: pid,
    // Else Terraform kills the process when it is done with the provider.
    Test: true,
    Addr: { Network: network, String: address },
  };
}

/** The value of the environment variable TF_REATTACH_PROVIDERS. */
export function reattachProviders(
  providers: readonly AttachedProvider[],
): string {
  return JSON.stringify(
    Object.fromEntries(providers.map((p) => [p.address, p.reattach])),
  );
}
