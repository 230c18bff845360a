import { tokenVariables } from "../client/credentials";
import type {
  DeployedService,
  DeployedToken,
} from "../contract/service-outputs";
import { readService } from "../deployment/deployed-service";
import type { Stack } from "../deployment/stacks";
import type { TerraformOptions } from "../deployment/terraform";
import { UsageError } from "../settings";

/** What the commands of daily life need to know of a deployed service. */
export interface StackService extends Pick<
  DeployedService,
  "hostname" | "accessAppId" | "tokens"
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
  const { accessAppId, hostname, tokens } = await readService(stack, options);
  return { name: stack.name, hostname, accessAppId, tokens };
}

/**
 * A token of a service by its name, or the first.
 *
 * @throws UsageError naming those that there are
 */
export function findToken(service: StackService, name?: string): DeployedToken {
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
  token: DeployedToken,
): Record<string, string> {
  const isFirst = tokens[0]?.name === token.name;
  const names = tokenVariables(name, token.name, isFirst);
  return {
    [names.clientId]: token.clientId,
    [names.clientSecret]: token.clientSecret,
  };
}
