import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import type { TerraformProviderGeneratorMetadata } from "cdktf";

/**
 * Google's provider in one exact version, whose hashes `providers.lock.hcl`
 * has; its credentials come from the environment.
 */
export class PinnedGoogleProvider extends GoogleProvider {
  /** The exact version, as `required_providers` has it. */
  override readonly terraformGeneratorMetadata: TerraformProviderGeneratorMetadata =
    {
      providerName: "google",
      providerVersion: VERSION,
      providerVersionConstraint: VERSION,
    };
}

/** The last of 6, which the bindings were made for. */
const VERSION = "6.50.0";
