import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { CONFIGURATION } from "../base/synthesized";
import type { Stack } from "../deployment/stacks";
import { TUNNEL_PROVIDER } from "../providers/tunnel-route/package";
import type { Settings } from "../settings";
import { bucketBackend, fileBackend, type Backend } from "../state/backend";
import { installProvider, providerVersion } from "../terraform-plugin/mirror";
import type { Upload } from "./upload";

export interface LayOutOptions {
  /** Names the program that is to run there. */
  readonly env: NodeJS.ProcessEnv;
  /** Gets a folder for each stack, as a synth makes them. */
  readonly folder: string;
  /** Folder for what our provider has to keep over a crash. */
  readonly journal: string;
}

/**
 * Writes stacks that were synthesized elsewhere where Terraform can run, with
 * the provider and the state that this machine has for them.
 */
export function layOut(
  { code, dependencies }: Upload,
  settings: Settings,
  { env, folder, journal }: LayOutOptions,
): Stack[] {
  const stacks = Object.entries(code).map(([name, one]) => {
    const dir = join(folder, "stacks", name);
    const { arguments: values, type } = backendOf(name, settings, dir);
    const own = structuredClone(one) as {
      terraform: {
        backend: unknown;
        required_providers: Record<string, { version?: string }>;
      };
      provider?: { tunnel?: unknown };
    };
    own.terraform.backend = { [type]: values };
    const { tunnel } = own.terraform.required_providers;
    if (tunnel) tunnel.version = providerVersion(TUNNEL_PROVIDER);
    if (own.provider?.tunnel)
      own.provider.tunnel = [{ journal_dir: relative(dir, journal) }];
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    writeFileSync(join(dir, CONFIGURATION), JSON.stringify(own));
    return {
      name,
      dir,
      dependencies: dependencies.get(name) ?? [],
      warnings: [],
    };
  });
  installProvider({
    ...TUNNEL_PROVIDER,
    env,
    stackDirectories: stacks.map(({ dir }) => dir),
  });
  return stacks;
}

/** Where the settings keep the state of a stack. @param dir its folder; a file is named from there */
export function backendOf(
  stack: string,
  { remoteState, stateDir }: Settings,
  dir?: string,
): Backend {
  if (remoteState) return bucketBackend(remoteState, stack);
  const file = join(stateDir, `${stack}.tfstate`);
  return fileBackend(dir === undefined ? file : relative(dir, file));
}
