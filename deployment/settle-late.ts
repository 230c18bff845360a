import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { CONFIGURATION, synthesized } from "../base/synthesized";
import { cloudflareClient } from "../account/client";
import type { RemoteState } from "../state/remote-state";
import { elsewhereFault } from "../state/state-files";
import { lookForLate } from "./adopt";
import { noteFolder } from "./apply-note";
import { unsettled } from "./late-note";
import { tellLeftovers, tellUnknown } from "./leftover-words";

/** Nobody waits long for what is only looked at in passing, in milliseconds. */
const LIMIT = 10_000;

/**
 * Looks once, and changes nothing, for what cdktf's runs have left, and for what
 * turned up late of any whose stack was not run again since. Where that can't be seen, the next command looks: so
 * too where the state is not in the place that the stack's folder names, as in a
 * move that was interrupted, and all that the stack has would pass for left.
 *
 * @param say told what was found
 */
export async function settleLate(
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<void> {
  if (!env.CLOUDFLARE_API_TOKEN) return;
  for (const name of unsettled(env)) {
    const dir = resolve(env.CDKTF_OUTPUT ?? "cdktf.out", "stacks", name);
    if (!existsSync(join(dir, CONFIGURATION))) continue;
    const elsewhere = elsewhereFault(noteFolder(env), name, bucketOf(dir));
    if (elsewhere !== undefined) {
      tellUnknown(name, elsewhere, say);
      continue;
    }
    const client = cloudflareClient(env).withOptions({
      maxRetries: 0,
      timeout: LIMIT,
    });
    try {
      const found = await lookForLate({ name, dir }, client, { env });
      tellLeftovers(name, found, say);
    } catch (error) {
      tellUnknown(name, error, say);
    }
  }
}

/** The kind of bucket that a stack's folder names; undefined for a file. */
function bucketOf(dir: string): Pick<RemoteState, "kind"> | undefined {
  const { terraform } = synthesized<{ terraform: { backend?: object } }>({
    dir,
  });
  const kind = (["s3", "gcs"] as const).find((one) =>
    Object.hasOwn(terraform.backend ?? {}, one),
  );
  return kind && { kind };
}
