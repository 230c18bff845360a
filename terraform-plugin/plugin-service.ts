/** The calls by which Terraform handles any plugin, whatever it provides. */
import type { Methods } from "./grpc";
import { unary } from "./grpc";
import { Empty } from "./messages";

/** `shutdown` is called when Terraform has no more use for the process. */
export function pluginMethods<Connection>(
  shutdown: () => void,
): Methods<Connection> {
  return {
    "/plugin.GRPCController/Shutdown": unary(Empty, Empty, async () => {
      // The answer goes out first.
      setImmediate(shutdown);
      return {};
    }),
    // Open streams also keep Terraform's connection from being closed as idle,
    // which after half an hour would lose the provider's configuration.
    "/plugin.GRPCStdio/StreamStdio": { kind: "silent stream" },
    "/plugin.GRPCBroker/StartStream": { kind: "silent stream" },
  };
}
