import type { IngressRule } from "../../ingress/rule";
import type { Context } from "../../terraform-plugin/provider";
import type { Configuration, TunnelRef } from "./api";
import type { Client } from "./client";
import { rulesOf, withRules, type TunnelConfig } from "./document";
import { CallFailure } from "./failure";
import { meaning } from "./json";
import { withLock } from "./lock";
import {
  lateWrite,
  localTunnel,
  lostEdit,
  notLookedAgain,
  unknownTunnel,
} from "./messages";
import { retry } from "./retry";

/** A change of a tunnel's rules. */
export interface Edit {
  /**
   * The rules as they shall be. Called again with newer rules when a try came
   * to nothing; throws to stop before anything is written.
   */
  change(rules: readonly IngressRule[]): readonly IngressRule[];
  /**
   * A configuration to try in place of the one with the changed rules; where
   * Cloudflare refuses it, the other is written after all.
   */
  instead?(config: TunnelConfig): TunnelConfig | null | undefined;
  /** There is nothing to do where the tunnel is gone. @default - it is refused */
  readonly tunnelMayBeGone?: boolean;
  /** Whether the rules, read back, are as wished. */
  holds(rules: readonly IngressRule[]): boolean;
}

/** What a write that got no answer may have done. */
interface Unanswered {
  readonly before: Configuration;
  readonly config: TunnelConfig;
}

/**
 * How long a write without an answer in time is looked for after the one that
 * came through, in milliseconds. What takes effect later, the next plan shows.
 */
const OVERDUE_MS = 30_000;

/**
 * Changes the rules of a tunnel: read, write, read back, while no other process
 * on this machine does. Cloudflare has nothing to compare with, so a write of
 * someone else's in between can only be noticed, by the version: then it is
 * reported; and where the wish is gone when read back, all is done again. So it
 * is with an earlier write of our own that takes effect late.
 *
 * @returns the rules as they stand then; undefined: the tunnel is gone
 */
export async function edit(
  tunnel: TunnelRef,
  wish: Edit,
  context: Context<Client>,
): Promise<readonly IngressRule[] | undefined> {
  const { client, signal } = context;
  const name = `${tunnel.accountId}/${tunnel.tunnelId}`;
  return withLock(client.lockFolder, name, signal, async () => {
    let unanswered: Unanswered | undefined;
    let overdue = false;
    const attempt = async () => {
      const before = await client.api.getConfiguration(tunnel, signal);
      if (!before || before.source === "local") {
        if (wish.tunnelMayBeGone) return undefined;
        throw before ? localTunnel(tunnel) : unknownTunnel(tunnel);
      }
      if (unanswered) reportIfOvertaken(unanswered, before, context);
      unanswered = undefined;
      const rules = rulesOf(before.config);
      const changed = wish.change(rules);
      if (sameRules(changed, rules)) return before;
      const config = withRules(before.config, changed);
      // A stop asked for by now has to wait until the outcome is known.
      const version = await write(tunnel, config, wish, client).catch(
        (error: unknown) => {
          if (error instanceof CallFailure && error.unanswered) {
            unanswered = { before, config };
            overdue ||= error.overdue;
          }
          throw error;
        },
      );
      if (version !== before.version + 1)
        lostEdit(context.diagnostics, { before, version, config });
      const after = await client.api.getConfiguration(tunnel);
      if (!wish.holds(rulesOf(after?.config ?? null)))
        throw CallFailure.undone(version, after?.version);
      return after;
    };
    let left: Configuration | undefined;
    try {
      left = await retry(attempt, context, client.sleep);
      if (left && overdue && !(await isStill(left, tunnel, context)))
        left = await retry(attempt, context, client.sleep);
    } finally {
      await client.see(tunnel, left);
    }
    return left && rulesOf(left.config);
  });
}

/** Whether nothing has changed when overdue writes have had their time. */
async function isStill(
  { version }: Configuration,
  tunnel: TunnelRef,
  { client, diagnostics, signal }: Context<Client>,
): Promise<boolean> {
  try {
    await client.sleep(
      OVERDUE_MS,
      signal,
      "A write got no answer in time and may still take effect",
    );
    const now = await client.api.getConfiguration(tunnel, signal);
    if (now?.version !== version) lateWrite(diagnostics, version, now?.version);
    return now?.version === version;
  } catch (error) {
    notLookedAgain(diagnostics, error);
    return true;
  }
}

/** Whether nothing would be written; mostly they are the very same objects. */
function sameRules(a: readonly IngressRule[], b: readonly IngressRule[]) {
  return (
    a.length === b.length &&
    a.every(
      (rule, index) => rule === b[index] || meaning(rule) === meaning(b[index]),
    )
  );
}

/** Writes the configuration, or another in its place if Cloudflare takes that. */
async function write(
  tunnel: TunnelRef,
  config: TunnelConfig,
  wish: Edit,
  { api }: Client,
): Promise<number> {
  const other = wish.instead?.(config);
  if (other === undefined) return api.putConfiguration(tunnel, config);
  try {
    return await api.putConfiguration(tunnel, other);
  } catch (error) {
    if (!(error instanceof CallFailure) || error.status !== 400) throw error;
    return api.putConfiguration(tunnel, config);
  }
}

/**
 * A write without an answer may have had its effect; more versions than its own
 * mean that someone else wrote as well, before or after it.
 */
function reportIfOvertaken(
  { before, config }: Unanswered,
  now: Configuration,
  { diagnostics }: Context<Client>,
): void {
  if (now.version > before.version + 1) {
    const { version } = now;
    lostEdit(diagnostics, { before, version, config, certain: false });
  }
}
