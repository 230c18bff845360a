import { attach } from "../../terraform-plugin/attach";
import type { Environment } from "../provider/configuration";
import type { ProviderStandIn } from "../provider/start";
import { googleProvider } from "./provider";

/** The address under which stacks require the provider. */
const ADDRESS = "registry.terraform.io/hashicorp/google";

/** Serves the stand-in from this process, on a free port of 127.0.0.1. */
export async function startGoogleStandIn(options: {
  /** The environment in which `terraform` runs. */
  readonly environment: Environment;
}): Promise<ProviderStandIn> {
  const { reattach, close } = await attach(googleProvider(options), ADDRESS);
  return { reattach: { [ADDRESS]: reattach }, close };
}
