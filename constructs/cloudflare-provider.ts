import { CloudflareProvider } from "@cdktf/provider-cloudflare/lib/provider";
import type { TerraformProviderGeneratorMetadata } from "cdktf";
import type { Construct } from "constructs";
import {
  DEFAULT_PROVIDER,
  providerVersionFault,
} from "../base/provider-versions";
import { addFaults } from "./faults";

/**
 * Cloudflare's provider in one exact version, which takes its API token from
 * the environment.
 */
export class PinnedCloudflareProvider extends CloudflareProvider {
  /** The exact version, as `required_providers` has it. */
  override readonly terraformGeneratorMetadata: TerraformProviderGeneratorMetadata;

  /** @param version 5.14.0 or a later one of the same major version */
  constructor(scope: Construct, id: string, version = DEFAULT_PROVIDER) {
    super(scope, id);
    const fault = providerVersionFault(version);
    addFaults(this, [
      fault &&
        `the version of Cloudflare's provider ${fault}, got "${version}"`,
    ]);
    this.terraformGeneratorMetadata = {
      providerName: "cloudflare",
      providerVersion: version,
      providerVersionConstraint: version,
    };
  }
}
