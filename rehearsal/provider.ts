import { existsSync, readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../settings";
import { platform } from "../terraform-plugin/mirror";

/** The provider that the bindings were made from. */
const CLOUDFLARE_PROVIDER = {
  address: "registry.terraform.io/cloudflare/cloudflare",
  version: "5.14.0",
} as const;

/**
 * The folder on this machine that holds the real provider, laid out as
 * Terraform's filesystem mirrors are; undefined where there is none.
 *
 * It looks where Terraform would: the implied mirrors, the mirrors that the
 * user's CLI config names, and the plugin cache, which has the same layout.
 */
function findMirror(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return candidates(env).find(holdsProvider);
}

function holdsProvider(mirror: string): boolean {
  const { address, version } = CLOUDFLARE_PROVIDER;
  const packed = `terraform-provider-cloudflare_${version}_${platform()}.zip`;
  const unpacked = join(mirror, address, version, platform());
  return (
    existsSync(join(mirror, address, packed)) ||
    (existsSync(unpacked) && readdirSync(unpacked).length > 0)
  );
}

function candidates(env: NodeJS.ProcessEnv): string[] {
  const home = env.HOME ?? homedir();
  const data = env.XDG_DATA_HOME ?? join(home, ".local/share");
  const config = env.TF_CLI_CONFIG_FILE ?? join(home, ".terraformrc");
  return [
    ...mirrorsIn(config),
    join(home, ".terraform.d/plugins"),
    join(data, "terraform/plugins"),
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
    env.TF_PLUGIN_CACHE_DIR ?? join(home, ".terraform.d/plugin-cache"),
  ];
}

/** The `path` of each `filesystem_mirror` block of a CLI config. */
function mirrorsIn(config: string): string[] {
  if (!existsSync(config)) return [];
  const text = readFileSync(config, "utf8").replace(/(#|\/\/).*$/gm, "");
  return [
    ...text.matchAll(/filesystem_mirror\s*\{[^}]*?\bpath\s*=\s*"([^"]*)"/g),
  ].map(([, path]) => path ?? "");
}

/** The provider that a rehearsal uses, ready for its workspace. */
export interface ChosenProvider {
  /** One line for the report. */
  readonly description: string;
  readonly mirror?: string;
  readonly reattach?: object;
  close(): Promise<void>;
}

export type ProviderChoice = "auto" | "real" | "stand-in";

/**
 * Takes the real provider where this machine has it, else the stand-in. It asks
 * no registry: a rehearsal talks to nobody off this machine.
 *
 * @throws UsageError where the real one is demanded and is not there
 */
export async function chooseProvider(
  which: ProviderChoice,
  environment: NodeJS.ProcessEnv,
): Promise<ChosenProvider> {
  const { version } = CLOUDFLARE_PROVIDER;
  const mirror = which === "stand-in" ? undefined : findMirror();
  if (mirror)
    return {
      description: `Provider cloudflare ${version}: the real one, from ${mirror}`,
      mirror,
      close: async () => {},
    };
  if (which === "real")
    throw new UsageError("Provider", [
      `this machine has no copy of cloudflare ${version}: any cdktf deploy leaves one in Terraform's plugin cache; or omit --provider`,
    ]);
  const { startProviderStandIn } = await import("../local/provider/start");
  const standIn = await startProviderStandIn({ environment });
  return {
    description: `Provider cloudflare ${version}: a stand-in (no copy of the real one here)`,
    reattach: standIn.reattach,
    close: standIn.close,
  };
}
