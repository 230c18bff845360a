import type { OwnToken } from "../contract/service-outputs";
import type Cloudflare from "cloudflare";
import { deployStack } from "../deployment/deploy";
import { tellLeftovers, tellUnknown } from "../deployment/leftover-words";
import type { Stack } from "../deployment/stacks";
import { UsageError } from "../base/usage-error";

/** Cloudflare extends by a year; a day less is one that was just extended. */
const ALMOST_A_YEAR_MS = 364 * 24 * 3600 * 1000;

export interface ExtendOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly client: Cloudflare;
  readonly accountId: string;
  readonly signal?: AbortSignal;
  /** Ends Terraform after `signal` without waiting for it. */
  readonly hurry?: AbortSignal;
  /** Told what an earlier run has left in the account. */
  readonly say: (line: string) => void;
  /** @default - the machine's clock */
  readonly now?: () => Date;
}

export interface Extended {
  readonly token: string;
  readonly expiresAt: string;
  /** False where it had a year left already. */
  readonly changed: boolean;
  /** Whether the stack's outputs tell the new time already. */
  readonly noted: boolean;
}

/**
 * Lets a token, with its secret as it is, live for a year more. Where it has a
 * year left nothing is done.
 *
 * @throws UsageError for a token that never expires
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/service_tokens/methods/refresh/
 */
export async function extend(
  stack: Stack,
  token: OwnToken,
  options: ExtendOptions,
): Promise<Extended> {
  const {
    accountId: account_id,
    client,
    env,
    hurry,
    now = () => new Date(),
    say,
    signal,
  } = options;
  const tokens = client.zeroTrust.access.serviceTokens;
  const { expires_at: before } = await tokens.get(token.id, { account_id });
  if (!before)
    throw new UsageError(`Token ${token.name}`, [
      "the token never expires: there is nothing to extend",
    ]);
  const left = Date.parse(before) - now().getTime();
  const changed = left < ALMOST_A_YEAR_MS;
  const { expires_at: expiresAt = before } = changed
    ? await tokens.refresh(token.id, { account_id })
    : {};
  // So that the next plan has no new time to tell of; changes are not made here.
  const outcome = await deployStack(stack, {
    env,
    hurry,
    signal,
    onLeftovers: (_, found) => tellLeftovers(stack.name, found, say),
    onUnknown: (_, error) => tellUnknown(stack.name, error, say),
    approve: async () => false,
  });
  const noted = outcome !== "declined";
  return { token: token.name, expiresAt, changed, noted };
}
