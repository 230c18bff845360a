import { z } from "zod/mini";
import {
  tokenVariables,
  type CredentialVariables,
} from "../client/credentials";
import { STORES, type StoreName } from "../contract/store-names";
import type { Stack } from "../deployment/stacks";
import { readOutputs } from "../deployment/state";
import type { TerraformOptions } from "../deployment/terraform";
import { UsageError } from "../settings";

/** One service token of a deployed service. */
export interface StackToken {
  readonly name: string;
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** RFC 3339; undefined for a token that is valid for ever. */
  readonly expiresAt?: string;
  /** Where it is kept, unless a command is told otherwise. */
  readonly store?: StoreName;
  /** The versions in Google Secret Manager that the stack has written. */
  readonly held?: CredentialVariables;
  /** Paths that it is limited to. @default - the whole host */
  readonly paths?: readonly string[];
}

/** What the commands of daily life need to know of a deployed service. */
export interface StackService {
  /** Name of its stack in main.ts. */
  readonly name: string;
  readonly hostname: string;
  readonly accessAppId: string;
  readonly tokens: readonly StackToken[];
}

const OUTPUTS = z.object({
  service: z.object({ hostname: z.string(), access_app_id: z.string() }),
  service_tokens: z.array(
    z.object({
      name: z.string(),
      id: z.string(),
      client_id: z.string(),
      client_secret: z.string(),
      expires_at: z.nullish(z.string()),
      // One that this version does not know counts as none.
      store: z.catch(z.optional(z.enum(STORES)), undefined),
      google_client_id: z.nullish(z.string()),
      google_client_secret: z.nullish(z.string()),
      paths: z.nullish(z.array(z.string())),
    }),
  ),
});

/**
 * Reads a deployed service and its tokens from its stack's outputs.
 *
 * @throws UsageError where the stack is not deployed, or is none of a service
 */
export async function readStackService(
  stack: Pick<Stack, "name" | "dir">,
  options: TerraformOptions,
): Promise<StackService> {
  const parsed = OUTPUTS.safeParse(await readOutputs(stack, options));
  if (!parsed.success)
    throw new UsageError(`Service ${stack.name}`, [
      `it is not deployed, or not a service: deploy it first (npm run deploy -- ${stack.name})`,
    ]);
  const { service, service_tokens: tokens } = parsed.data;
  return {
    name: stack.name,
    hostname: service.hostname,
    accessAppId: service.access_app_id,
    tokens: tokens.map((token) => ({
      name: token.name,
      id: token.id,
      clientId: token.client_id,
      clientSecret: token.client_secret,
      expiresAt: token.expires_at ?? undefined,
      store: token.store,
      held:
        token.google_client_id && token.google_client_secret
          ? {
              clientId: token.google_client_id,
              clientSecret: token.google_client_secret,
            }
          : undefined,
      paths: token.paths ?? undefined,
    })),
  };
}

/**
 * A token of a service by its name, or the first.
 *
 * @throws UsageError naming those that there are
 */
export function findToken(service: StackService, name?: string): StackToken {
  const { tokens } = service;
  const found = name ? tokens.find((token) => token.name === name) : tokens[0];
  if (found) return found;
  throw new UsageError(`Service ${service.name}`, [
    tokens.length === 0
      ? "it has no service token: add one to its tokens in main.ts, then deploy"
      : `it has no token "${name}": it has ${tokens.map((token) => token.name).join(", ")}`,
  ]);
}

/** A token's two values by the names they are stored under. */
export function variablesOf(
  { name, tokens }: Pick<StackService, "name" | "tokens">,
  token: StackToken,
): Record<string, string> {
  const isFirst = tokens[0]?.name === token.name;
  const names = tokenVariables(name, token.name, isFirst);
  return {
    [names.clientId]: token.clientId,
    [names.clientSecret]: token.clientSecret,
  };
}
