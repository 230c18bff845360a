import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CONFIGURATION } from "../base/synthesized";
import type { Stack } from "../deployment/stacks";
import { TUNNEL_PROVIDER } from "../providers/tunnel-route/package";
import { parseAddress } from "../terraform-plugin/address";
import { installProvider, providerVersion } from "../terraform-plugin/mirror";
import { UsageError } from "../base/usage-error";
import { codeOf } from "./code";

/** What Terraform reads of a folder beside `cdk.tf.json`, or in its place. */
const READ = /\.(tf|tofu)(\.json)?$|\.tfvars(\.json)?$/;

/**
 * Sees that Terraform reads of the stacks' folders what was synthesized and
 * nothing besides: their code could have put more there.
 *
 * @throws UsageError naming what does not belong there
 */
export function checkFolders(stacks: readonly Stack[]): void {
  const { host } = parseAddress(TUNNEL_PROVIDER.address);
  const faults = stacks.flatMap(({ dir, name }) =>
    [
      ...list(dir).filter((file) => READ.test(file) && file !== CONFIGURATION),
      ...list(join(dir, "terraform.d", "plugins"))
        .filter((file) => file !== host)
        .map((file) => `terraform.d/plugins/${file}`),
    ].map(
      (file) =>
        `${name}: ${join(dir, file)} is not what was synthesized, and Terraform would use it: delete it`,
    ),
  );
  if (faults.length > 0) throw new UsageError("Stacks", faults);
}

/**
 * Checks the folders, and brings the provider that belongs there: code could
 * have put one of its own in the place of one that is known.
 *
 * @throws UsageError naming what does not belong there
 */
export function closeFolders(
  stacks: readonly Stack[],
  env: NodeJS.ProcessEnv,
): void {
  checkFolders(stacks);
  const own = providerVersion(TUNNEL_PROVIDER);
  const code = codeOf(stacks);
  installProvider({
    ...TUNNEL_PROVIDER,
    env,
    // Another Node.js makes another version, which only it can bring.
    stackDirectories: stacks
      .filter(({ name }) => [own, undefined].includes(versionIn(code[name])))
      .map(({ dir }) => dir),
  });
}

function versionIn(code: unknown): string | undefined {
  const { terraform } = code as {
    terraform?: { required_providers?: { tunnel?: { version?: string } } };
  };
  return terraform?.required_providers?.tunnel?.version;
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
