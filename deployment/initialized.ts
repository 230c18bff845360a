import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { CONFIGURATION } from "../base/synthesized";
import { join } from "node:path";

/** In Terraform's own folder, so that it goes where that is deleted. */
const NOTE = ".terraform/access-stacks-initialized";

/** What `init` installs or remembers depends on these. */
const VARIABLES = [
  "TERRAFORM_BINARY_NAME",
  "TF_CLI_ARGS",
  "TF_CLI_ARGS_init",
  "TF_CLI_CONFIG_FILE",
  "TF_PLUGIN_CACHE_DIR",
] as const;

/**
 * Whether `init` has run in a stack's folder, and nothing that it depends on has
 * changed since: the backend, the providers, their lock, and who runs it. What
 * this does not see, as a provider that was deleted, Terraform refuses itself.
 */
export function isInitialized(dir: string, env: NodeJS.ProcessEnv): boolean {
  const digest = digestOf(dir, env);
  return digest !== undefined && read(join(dir, NOTE)) === digest;
}

/** To be called after `init`. */
export function noteInitialized(dir: string, env: NodeJS.ProcessEnv): void {
  const digest = digestOf(dir, env);
  if (digest === undefined || !existsSync(join(dir, ".terraform"))) return;
  try {
    writeFileSync(join(dir, NOTE), digest);
  } catch {
    // Where it can't be kept, the next run initializes again.
  }
}

/** Whether Terraform refuses to work without another `init`. */
export function asksForInit(output: string): boolean {
  return /\b(?:terraform|tofu)[\s│]+init\b/.test(output);
}

/** Undefined where no run is to be spared. */
function digestOf(dir: string, env: NodeJS.ProcessEnv): string | undefined {
  if (env.TF_DATA_DIR) return undefined;
  try {
    const [main, ...others] = readdirSync(dir).filter((name) =>
      /\.(?:tf|tofu)(?:\.json)?$/.test(name),
    );
    // Others are overrides, while a state is moved.
    if (main !== CONFIGURATION || others.length > 0) return undefined;
    const { module, provider, terraform } = JSON.parse(
      readFileSync(join(dir, main), "utf8"),
    ) as Record<string, object | undefined>;
    const attached = JSON.parse(env.TF_REATTACH_PROVIDERS || "{}") as object;
    const parts = [
      terraform,
      module,
      Object.keys(provider ?? {}),
      Object.keys(attached),
      VARIABLES.map((name) => env[name]),
      read(join(dir, ".terraform.lock.hcl")),
      read(join(dir, ".terraform/terraform.tfstate")),
    ];
    return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  } catch {
    return undefined;
  }
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
