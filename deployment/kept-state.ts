import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { synthesized } from "../base/synthesized";
import {
  DEFAULT_PROVIDER,
  isOlder,
  schemaVersions,
} from "../base/provider-versions";
import { writeWhole } from "../base/write-whole";
import { writtenBy, type ProviderChange } from "../contract/written-by";
import { fileBackend, type Backend } from "../state/backend";
import { noteFolder } from "./apply-note";
import { inOtherBackends } from "./other-backend";
import type { Stack } from "./stacks";
import { readOutputs, readResources } from "./state";
import { Terraform, type TerraformOptions } from "./terraform";

type StackDir = Pick<Stack, "dir">;

/**
 * Where a copy of a stack's state is kept from before a version of Cloudflare's
 * provider: next to the state, for its owner only, or in the same bucket.
 */
export function keptBackend(stack: StackDir, before: string): Backend {
  const { terraform } = synthesized<{
    terraform: {
      backend: {
        local?: { path: string };
        s3?: { bucket: string; key: string };
        gcs?: { bucket: string; prefix: string };
      };
    };
  }>(stack);
  const { gcs, local, s3 } = terraform.backend;
  const kept = (name: string) =>
    `${name.replace(/\.tfstate$/, "")}.before-${before}`;
  if (s3) {
    const key = `${kept(s3.key)}.tfstate`;
    return {
      type: "s3",
      arguments: { ...s3, key },
      description: `s3://${s3.bucket}/${key}`,
    };
  }
  if (gcs) {
    const prefix = kept(gcs.prefix);
    return {
      type: "gcs",
      arguments: { ...gcs, prefix },
      description: `gs://${gcs.bucket}/${prefix}/default.tfstate`,
    };
  }
  const path = resolve(stack.dir, local?.path ?? "terraform.tfstate");
  return fileBackend(`${kept(path)}.tfstate`);
}

/**
 * Keeps a copy of a state that a newer version of Cloudflare's provider is
 * about to write anew. It holds secrets, as the state does.
 *
 * @returns where it is; undefined where the newer version has begun to write
 * before, so that an earlier copy is the one to keep
 * @throws TerraformError where it can't be kept
 */
export async function keepState(
  stack: StackDir,
  { from, to }: ProviderChange,
  options: TerraformOptions,
): Promise<string | undefined> {
  const kept = keptBackend(stack, to);
  const terraform = new Terraform(stack.dir, options);
  const text = await terraform.pullState();
  if (isWrittenByNewer(text, from)) return undefined;
  if (kept.type === "local") {
    writeWhole(kept.description, text, { mode: 0o600 });
    return kept.description;
  }
  const folder = noteFolder(options.env);
  try {
    await inOtherBackends(
      stack,
      { ...options, folder },
      async (other, use, own) => {
        const file = join(own, "state.json");
        writeWhole(file, text, { mode: 0o600 });
        await use(kept);
        // One from an earlier change of the version may be there.
        await other.pushState(file, "-force");
      },
    );
    return kept.description;
  } finally {
    await terraform.init();
  }
}

/** Whether a version of Cloudflare's provider refuses something of a state. */
export function isWrittenByNewer(text: string, version: string): boolean {
  const { resources = [] } = JSON.parse(text) as {
    resources?: readonly {
      readonly type: string;
      readonly provider: string;
      readonly instances: readonly { readonly schema_version?: number }[];
    }[];
  };
  return resources.some(({ instances, provider, type }) => {
    if (!provider.includes("/cloudflare/cloudflare")) return false;
    const module = type.replace(/^cloudflare_/, "").replaceAll("_", "-");
    const [own = 0] = schemaVersions(module, version);
    return instances.some(({ schema_version: written = 0 }) => written > own);
  });
}

/**
 * The same before a deploy of cdktf's, whose plan is not known here.
 *
 * @throws TerraformError where it can't be kept
 */
export async function keepStateOf(
  stack: StackDir,
  options: TerraformOptions,
): Promise<void> {
  const to = providerVersionOf(stack);
  if (to === DEFAULT_PROVIDER) return;
  const from = writtenBy(await readOutputs(stack, options));
  if (!isOlder(from, to)) return;
  if ((await readResources(stack, options)).length > 0)
    await keepState(stack, { from, to }, options);
}

/** The version of Cloudflare's provider that a stack's code names. */
export function providerVersionOf(stack: StackDir): string {
  const { terraform } = synthesized<{
    terraform: { required_providers: { cloudflare: { version: string } } };
  }>(stack);
  return terraform.required_providers.cloudflare.version;
}

/** The text of a copy that was kept; undefined where there is none. */
export async function readKept(
  stack: StackDir,
  before: string,
  options: TerraformOptions,
): Promise<string | undefined> {
  const kept = keptBackend(stack, before);
  if (kept.type === "local")
    return existsSync(kept.description)
      ? readFileSync(kept.description, "utf8")
      : undefined;
  const folder = noteFolder(options.env);
  const other = { ...options, folder };
  const text = await inOtherBackends(stack, other, async (terraform, use) => {
    await use(kept);
    return terraform.pullState();
  });
  return text.trim() === "" ? undefined : text;
}
