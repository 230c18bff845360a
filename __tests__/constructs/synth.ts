import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { PinnedCloudflareProvider } from "../../constructs/cloudflare-provider";

/** The part of Terraform's JSON that tests look at. */
export interface Synthesized {
  resource: Record<string, Record<string, Record<string, unknown>>>;
  data: Record<string, Record<string, Record<string, unknown>>>;
  output?: Record<string, { value: string }>;
}

/**
 * Runs `build` in an empty stack and gives its Terraform JSON, validated.
 *
 * @param version Of Cloudflare's provider. @default - the bindings'
 */
export function synth(
  build: (scope: Construct) => void,
  version?: string,
): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), "synth-"));
  try {
    const stack = new TerraformStack(Testing.app({ outdir }), "test");
    new PinnedCloudflareProvider(stack, "cloudflare", version);
    build(stack);
    return JSON.parse(Testing.synth(stack, true)) as Synthesized;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The only resource of a type. */
export function only(
  synthesized: Synthesized,
  type: string,
): Record<string, unknown> {
  const all = Object.values(synthesized.resource[type] ?? {});
  expect(all).toHaveLength(1);
  return all[0] ?? {};
}
