import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { cloudflareClient } from "../account/client";
import { lookForLate } from "./adopt";
import { overdue } from "./late-note";
import { tellLeftovers, tellUnknown } from "./leftover-words";

/** Nobody waits long for what is only looked at in passing, in milliseconds. */
const LIMIT = 10_000;

/**
 * Looks once, and changes nothing, for what turned up late of runs whose stack
 * was not run again since. Where that can't be seen, the next command looks.
 *
 * @param say told what was found
 */
export async function settleLate(
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<void> {
  if (!env.CLOUDFLARE_API_TOKEN) return;
  for (const name of overdue(env)) {
    const dir = resolve(env.CDKTF_OUTPUT ?? "cdktf.out", "stacks", name);
    if (!existsSync(join(dir, "cdk.tf.json"))) continue;
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
