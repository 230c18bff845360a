import {
  tokenVariables,
  type CredentialVariables,
} from "../client/credentials";
import { readService } from "../deployment/deployed-service";
import type { Stack } from "../deployment/stacks";
import type { TerraformOptions } from "../deployment/terraform";
import type { Deployed } from "./world";

/**
 * Reads what was deployed for a service from its stack's outputs.
 *
 * @throws NotDeployed
 * @throws UsageError where an older version of the project deployed it
 */
export async function readDeployed(
  stack: Pick<Stack, "name" | "dir">,
  options: TerraformOptions,
): Promise<Deployed> {
  const { tokens: all, ...service } = await readService(stack, options);
  const tokens = all.map((token, index) => {
    const variables = tokenVariables(stack.name, token.name, index === 0);
    return {
      ...token,
      variables,
      clientSecret:
        token.clientSecret ??
        secretFrom(options.env, token.clientId, variables),
    };
  });
  const token = tokens.find(({ paths }) => !paths);
  return {
    ...service,
    name: stack.name,
    token,
    furtherTokens: tokens.filter((one) => one !== token),
  };
}

/** The secret of a token that was made elsewhere, where the environment has its pair. */
function secretFrom(
  env: NodeJS.ProcessEnv,
  id: string,
  { clientId, clientSecret }: CredentialVariables,
): string | undefined {
  return env[clientId] === id ? env[clientSecret] : undefined;
}
