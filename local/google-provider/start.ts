import { terraformBinary } from "../../base/terraform-binary";
import { parseAddress } from "../../terraform-plugin/address";
import { attach } from "../../terraform-plugin/attach";
import type { Environment } from "../provider/configuration";
import type { ProviderStandIn } from "../provider/start";
import { googleProvider } from "./provider";

/** The source by which stacks require the provider. */
const SOURCE = "hashicorp/google";

/** Serves the stand-in from this process, on a free port of 127.0.0.1. */
export async function startGoogleStandIn(options: {
  /** The environment in which `terraform` runs. */
  readonly environment: Environment;
}): Promise<ProviderStandIn> {
  const { registry } = terraformBinary();
  const { address, reattach, close } = await attach(
    googleProvider(options),
    parseAddress(SOURCE, registry).address,
  );
  return { reattach: { [address]: reattach }, close };
}
