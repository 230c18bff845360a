import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { terraformBinary } from "../base/terraform-binary";
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
  const { host } = parseAddress(address);
  const hiding = cliConfigFiles(env).find((file) => {
    const text = readFileSync(file, "utf8").replace(/^\s*(#|\/\/).*$/gm, "");
    return (
      /\bprovider_installation\b["\s[]*\{/.test(text) && !text.includes(host)
    );
  });
  if (hiding === undefined) return undefined;
  return `${hiding} has a provider_installation block, which hides the stack's own folder. Add to that block:\n${mirrorBlock(host)}\nand to each of its other methods:\n    exclude = ["${host}/*/*"]`;
}

/**
 * The CLI configuration that there is, as Terraform or OpenTofu reads it: the
 * file that a variable names, else those of the home folder.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file
 * @see https://opentofu.org/docs/cli/config/config-file/
 */
export function cliConfigFiles(env: NodeJS.ProcessEnv): string[] {
  const named = env.TF_CLI_CONFIG_FILE || env.TERRAFORM_CONFIG;
  if (named) return [named].filter(existsSync);
  const home = env.HOME || homedir();
  const isTofu = terraformBinary(env).product === "OpenTofu";
  const { XDG_CONFIG_HOME: xdg } = env;
  const own = [
    ...(isTofu ? [join(home, ".tofurc")] : []),
    join(home, ".terraformrc"),
    ...(isTofu && xdg ? [join(xdg, "opentofu/tofurc")] : []),
  ].find(existsSync);
  const folder = [
    join(home, ".terraform.d"),
    ...(isTofu && xdg ? [join(xdg, "opentofu")] : []),
  ].find(existsSync);
  return [
    ...(own === undefined ? [] : [own]),
    ...(folder === undefined ? [] : readdirSync(folder))
      .filter((name) => /\.tfrc(\.json)?$/.test(name))
      .map((name) => join(folder ?? "", name)),
  ];
}

/** The method that makes Terraform look into the stack's own folder. */
function mirrorBlock(host: string): string {
  return `  filesystem_mirror {
    path    = "terraform.d/plugins"
    include = ["${host}/*/*"]
  }`;
}
