import { CloudflareProvider } from "@cdktf/provider-cloudflare/lib/provider";
import type { TerraformProviderGeneratorMetadata } from "cdktf";
import type { Construct } from "constructs";
import { isOlder } from "../base/provider-versions";
import { addFaults } from "./faults";

/** The version that the bindings were made for. */
const OLDEST = "5.14.0";

/**
 * Cloudflare's provider in one exact version, which takes its API token from
 * the environment.
 */
export class PinnedCloudflareProvider extends CloudflareProvider {
  /** The exact version, as `required_providers` has it. */
  override readonly terraformGeneratorMetadata: TerraformProviderGeneratorMetadata;

  /** @param version 5.14.0 or a later one of the same major version */
  constructor(scope: Construct, id: string, version = OLDEST) {
    super(scope, id);
    addFaults(this, [
      (!/^5\.\d+\.\d+$/.test(version) || isOlder(version, OLDEST)) &&
        `the version of Cloudflare's provider must be ${OLDEST} or a later one of 5, such as "5.22.0", got "${version}"`,
    ]);
    this.terraformGeneratorMetadata = {
      providerName: "cloudflare",
      providerVersion: version,
      providerVersionConstraint: version,
    };
  }
}
