import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONFIGURATION } from "../base/synthesized";
import { Terraform, type TerraformOptions } from "./terraform";

/** A provider that Terraform gets from a registry, in one exact version. */
export interface RegistryProvider {
  readonly source: string;
  readonly version: string;
}

/** Where this code may be deployed from. */
export const PLATFORMS = [
  ...["linux_amd64", "linux_arm64"],
  ...["darwin_amd64", "darwin_arm64"],
] as const;

const HEAD = `# Hashes of the packages that Terraform may run, from the registry's SHA256SUMS.
# Written by "npm run lock": run it after a change of a provider's version.
`;

/**
 * Has Terraform look up the hashes of providers, for every platform.
 *
 * @param mirror a folder laid out as Terraform's filesystem mirrors are,
 * instead of the registry
 * @returns the text of a lock file
 * @throws TerraformError where one can't be had
 */
export async function lockProviders(
  providers: readonly RegistryProvider[],
  platforms: readonly string[],
  options: TerraformOptions,
  mirror?: string,
): Promise<string> {
  const blocks: string[] = [];
  for (const provider of providers) {
    // One at a time: two versions of one provider can't be in one folder.
    const folder = mkdtempSync(join(tmpdir(), "lock-"));
    try {
      const required_providers = { locked: provider };
      writeFileSync(
        join(folder, CONFIGURATION),
        JSON.stringify({ terraform: { required_providers } }),
      );
      await new Terraform(folder, options).lockProviders(platforms, mirror);
      const text = readFileSync(join(folder, ".terraform.lock.hcl"), "utf8");
      blocks.push(text.slice(text.indexOf("provider ")));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return [HEAD, ...blocks.sort()].join("\n");
}
