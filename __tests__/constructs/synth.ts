import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudflareProvider } from "@cdktf/provider-cloudflare/lib/provider";
import { Testing, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** The part of Terraform's JSON that tests look at. */
export interface Synthesized {
  resource: Record<string, Record<string, Record<string, unknown>>>;
  data: Record<string, Record<string, Record<string, unknown>>>;
}

/** Runs `build` in an empty stack and gives its Terraform JSON, validated. */
export function synth(build: (scope: Construct) => void): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), "synth-"));
  try {
    const stack = new TerraformStack(Testing.app({ outdir }), "test");
    new CloudflareProvider(stack, "cloudflare");
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
