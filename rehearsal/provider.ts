import { existsSync, readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import {
  DEFAULT_PROVIDER,
  providerVersionFault,
} from "../base/provider-versions";
import { terraformBinary } from "../base/terraform-binary";
import { UsageError } from "../base/usage-error";
import { parseAddress } from "../terraform-plugin/address";
import { cliConfigFiles } from "../terraform-plugin/cli-config";
import { platform } from "../terraform-plugin/mirror";

/**
 * The folder on this machine that holds the real provider, laid out as
 * Terraform's filesystem mirrors are; undefined where there is none.
 *
 * It looks where Terraform would: the implied mirrors, the mirrors that the
 * user's CLI config names, and the plugin cache, which has the same layout.
 */
function findMirror(
  version: string,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const { product, registry } = terraformBinary(env);
  const { address } = parseAddress("cloudflare/cloudflare", registry);
  return candidates(env, product === "OpenTofu").find((mirror) =>
    holdsProvider(mirror, address, version),
  );
}

function holdsProvider(
  mirror: string,
  address: string,
  version: string,
): boolean {
  const packed = `terraform-provider-cloudflare_${version}_${platform()}.zip`;
  const unpacked = join(mirror, address, version, platform());
  return (
    existsSync(join(mirror, address, packed)) ||
    (existsSync(unpacked) && readdirSync(unpacked).length > 0)
  );
}

function candidates(env: NodeJS.ProcessEnv, isTofu: boolean): string[] {
  const home = env.HOME ?? homedir();
  const { XDG_DATA_HOME: xdg } = env;
  const data = xdg ?? join(home, ".local/share");
  return [
    ...cliConfigFiles(env).flatMap(mirrorsIn),
    join(home, ".terraform.d/plugins"),
    ...(isTofu && xdg ? [join(xdg, "opentofu/plugins")] : []),
    join(data, "terraform/plugins"),
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
    env.TF_PLUGIN_CACHE_DIR ?? join(home, ".terraform.d/plugin-cache"),
  ];
}

/** The `path` of each `filesystem_mirror` block of a CLI config. */
function mirrorsIn(config: string): string[] {
  const text = readFileSync(config, "utf8").replace(/(#|\/\/).*$/gm, "");
  return [
    ...text.matchAll(/filesystem_mirror\s*\{[^}]*?\bpath\s*=\s*"([^"]*)"/g),
  ].map(([, path]) => path ?? "");
}

/** The provider that a rehearsal uses, ready for its workspace. */
export interface ChosenProvider {
  /** One line for the report. */
  readonly description: string;
  /** Set where it is not the default. */
  readonly version?: string;
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
  const given = process.env.CLOUDFLARE_PROVIDER_VERSION || undefined;
  const version = given ?? DEFAULT_PROVIDER;
  const fault = providerVersionFault(version);
  if (fault !== undefined)
    throw new UsageError("Provider", [
      `CLOUDFLARE_PROVIDER_VERSION ${fault}, got "${version}"`,
    ]);
  const mirror = which === "stand-in" ? undefined : findMirror(version);
  if (mirror)
    return {
      version: given,
      description: `Provider cloudflare ${version}: the real one, from ${mirror}`,
      mirror,
      close: async () => {},
    };
  if (which === "real")
    throw new UsageError("Provider", [
      `this machine has no copy of cloudflare ${version}: any cdktf deploy leaves one in Terraform's plugin cache; or omit --provider`,
    ]);
  const { startProviderStandIn } = await import("../local/provider/start");
  const standIn = await startProviderStandIn({ environment, version });
  return {
    version: given,
    description: `Provider cloudflare ${version}: a stand-in (no copy of the real one here)`,
    reattach: standIn.reattach,
    close: standIn.close,
  };
}
