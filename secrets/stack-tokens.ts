import { tokenVariables } from "../client/credentials";
import type { DeployedService, OwnToken } from "../contract/service-outputs";
import { readService } from "../deployment/deployed-service";
import type { Stack } from "../deployment/stacks";
import type { TerraformOptions } from "../deployment/terraform";
import { UsageError } from "../base/usage-error";

/** What the commands of daily life need to know of a deployed service. */
export interface StackService extends Pick<
  DeployedService,
  "hostname" | "accessAppId" | "tokens" | "guests"
> {
  /** Name of its stack in main.ts. */
  readonly name: string;
}

/**
 * Reads a deployed service and its tokens from its stack's outputs.
 *
 * @throws UsageError where the stack is not deployed, or is none of a service
 */
export async function readStackService(
  stack: Pick<Stack, "name" | "dir">,
  options: TerraformOptions,
): Promise<StackService> {
  const { accessAppId, guests, hostname, tokens } = await readService(
    stack,
    options,
  );
  return { name: stack.name, hostname, accessAppId, tokens, guests };
}

/**
 * A token of a service by its name, or the first, with its secret.
 *
 * @throws UsageError naming those that there are, or for one that was made elsewhere
 */
export function findToken(service: StackService, name?: string): OwnToken {
  const { tokens } = service;
  const found = name ? tokens.find((token) => token.name === name) : tokens[0];
  if (found) {
    const { clientSecret } = found;
    if (clientSecret !== undefined) return { ...found, clientSecret };
    throw new UsageError(`Service ${service.name}`, [notOurs(service, found)]);
  }
  throw new UsageError(`Service ${service.name}`, [
    tokens.length === 0
      ? "it has no service token: add one to its tokens in main.ts, then deploy"
      : `it has no token "${name}": it has ${tokens.map((token) => token.name).join(", ")}`,
  ]);
}

/** Of a token that was made elsewhere the stack knows the id and no more. */
function notOurs(
  { name, tokens }: StackService,
  token: Pick<OwnToken, "name">,
): string {
  const isFirst = tokens[0]?.name === token.name;
  const names = tokenVariables(name, token.name, isFirst);
  return `the stack did not make the token "${token.name}" and has no secret of it: set ${names.clientId} and ${names.clientSecret} to the pair that its machines use. For one that is stored and rotated from here, add a token with a name to tokens in main.ts, and deploy`;
}

/** A token's two values by the names they are stored under. */
export function variablesOf(
  { name, tokens }: Pick<StackService, "name" | "tokens">,
  token: OwnToken,
): Record<string, string> {
  const isFirst = tokens[0]?.name === token.name;
  const names = tokenVariables(name, token.name, isFirst);
  return {
    [names.clientId]: token.clientId,
    [names.clientSecret]: token.clientSecret,
  };
}
