import { checkProps } from "../../base/check-props";
import { terraformBinary } from "../../base/terraform-binary";
import { parseAddress } from "../../terraform-plugin/address";
import { attach } from "../../terraform-plugin/attach";
import { cloudflareProvider, type CloudflareProviderOptions } from "./provider";

/** The source by which stacks require the provider. */
const SOURCE = "cloudflare/cloudflare";

/** A stand-in of Cloudflare's provider for Terraform. */
export interface ProviderStandIn {
  /** What `TF_REATTACH_PROVIDERS` takes, as JSON. */
  readonly reattach: Readonly<Record<string, object>>;
  /** Ends it; start no `terraform` with `reattach` after that. */
  close(): Promise<void>;
}

/**
 * Serves the stand-in from this process, on a free port of 127.0.0.1. Its
 * schemas are derived when a `terraform` first asks for them.
 */
export async function startProviderStandIn(
  options: CloudflareProviderOptions,
): Promise<ProviderStandIn> {
  checkProps("startProviderStandIn", options, ["environment"]);
  const { registry } = terraformBinary();
  const { address, reattach, close } = await attach(
    cloudflareProvider(options),
    parseAddress(SOURCE, registry).address,
  );
  return { reattach: { [address]: reattach }, close };
}
