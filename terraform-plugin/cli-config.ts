import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseAddress } from "./address";

/**
 * What the user's CLI configuration lacks for Terraform to find a provider in
 * the stack's own folder; undefined where nothing hides it. A
 * `provider_installation` block switches the folders off that Terraform looks
 * into by itself.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
 */
export function hiddenByCliConfig(
  address: string,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const file = env.TF_CLI_CONFIG_FILE || join(homedir(), ".terraformrc");
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8").replace(/^\s*(#|\/\/).*$/gm, "");
  const { host } = parseAddress(address);
  if (!/\bprovider_installation\s*\{/.test(text) || text.includes(host))
    return undefined;
  return `${file} has a provider_installation block, which hides the stack's own folder. Add to that block:\n${mirrorBlock(host)}\nand to each of its other methods:\n    exclude = ["${host}/*/*"]`;
}

/** The method that makes Terraform look into the stack's own folder. */
function mirrorBlock(host: string): string {
  return `  filesystem_mirror {
    path    = "terraform.d/plugins"
    include = ["${host}/*/*"]
  }`;
}
