import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod/mini";
import { cloudflareClient } from "../account/client";
import { writeWhole } from "../base/write-whole";
import { TUNNEL_TOKEN } from "../contract/tunnel-token";
import { outputsOf } from "../deployment/own";
import type { Stack } from "../deployment/stacks";
import { Terraform, type TerraformOptions } from "../deployment/terraform";
import { loadSettings } from "../settings";

/**
 * Writes the token of a tunnel that a stack has made to a file for its owner
 * only. One that is there is replaced only where its tunnel is deleted.
 *
 * @param stacks that are deployed
 */
export async function writeTunnelTokens(
  stacks: readonly Stack[],
  options: TerraformOptions,
  say: (line: string) => void,
): Promise<void> {
  // Where compose.yaml has the connector read it, beside the folder of states.
  const place = join(
    dirname(loadSettings(options.env).stateDir),
    "tunnel-token",
  );
  for (const stack of stacks) {
    if (!Object.hasOwn(outputsOf(stack), TUNNEL_TOKEN)) continue;
    const outputs = await new Terraform(stack.dir, options).outputs();
    const token = outputs[TUNNEL_TOKEN];
    if (typeof token !== "string") continue;
    const there = existsSync(place) ? readFileSync(place, "utf8").trim() : "";
    if (there === token) continue;
    if (there !== "" && !(await isOfDeletedTunnel(there, options.env))) {
      say(
        `${stack.name}: ${place} holds another token, and stays as it is. To have the token of this tunnel in it, delete it and deploy again.`,
      );
      continue;
    }
    writeWhole(place, `${token}\n`, { mode: 0o600 });
    say(
      `${stack.name}: its token is in ${place}, which only you can read, and in the stack's state. Run the connector: docker compose up --detach cloudflared`,
    );
  }
}

/** Whether Cloudflare says so of the tunnel that a token names. */
export async function isOfDeletedTunnel(
  token: string,
  env: NodeJS.ProcessEnv,
): Promise<boolean> {
  try {
    const named: unknown = JSON.parse(Buffer.from(token, "base64").toString());
    const { a: account_id, t: id } = TOKEN.parse(named);
    const { deleted_at } = await cloudflareClient(
      env,
    ).zeroTrust.tunnels.cloudflared.get(id, { account_id });
    return Boolean(deleted_at);
  } catch {
    return false; // it may be a live one of somebody else
  }
}

const TOKEN = z.object({ a: z.string(), t: z.string() });
