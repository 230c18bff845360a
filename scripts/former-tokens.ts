import { UsageError } from "../base/usage-error";
import { tokenVariables } from "../client/credentials";
import type { Stack } from "../deployment/stacks";
import type { TerraformOptions } from "../deployment/terraform";
import { readStackService, type StackService } from "../secrets/stack-tokens";

/**
 * Says of stacks that were just deployed which of their tokens the environment,
 * `.env` included, holds a former pair of: a destroy and deploy makes new ones.
 */
export async function tellFormerTokens(
  stacks: readonly Stack[],
  options: TerraformOptions & { readonly env: NodeJS.ProcessEnv },
  say: (line: string) => void,
): Promise<void> {
  for (const stack of stacks) {
    const start = tokenVariables(stack.name, "", true).clientId;
    const prefix = start.replace(/ACCESS_CLIENT_ID$/, "");
    const holdsSome = Object.keys(options.env).some(
      (name) => name.startsWith(prefix) && name.endsWith("_ACCESS_CLIENT_ID"),
    );
    if (!holdsSome) continue;
    const service = await readStackService(stack, options).catch(
      (error: unknown) => {
        if (error instanceof UsageError) return undefined; // none of a service
        throw error;
      },
    );
    if (service) formerTokens(service, options.env).forEach(say);
  }
}

/**
 * A line for each token of which the environment has another pair. Whether that
 * one opens something can't be told from here: somebody may have made it by hand.
 */
export function formerTokens(
  { name, tokens }: Pick<StackService, "name" | "tokens">,
  env: NodeJS.ProcessEnv,
): string[] {
  return tokens.flatMap(({ clientId, clientSecret, name: token }, at) => {
    const variable = tokenVariables(name, token, at === 0).clientId;
    const held = env[variable]?.trim();
    // Of one that was made elsewhere the stack has no pair to give.
    if (!held || held === clientId || clientSecret === undefined) return [];
    // An existing one that the stack admits as well.
    if (tokens.some((other) => other.clientId === held)) return [];
    const which = at === 0 ? "" : ` --token ${token}`;
    return [
      `${name}: ${variable} in your environment or .env is not the client id of the token ${token}. If it was before, store the new pair: npm run secrets -- ${name} --to env${which}`,
    ];
  });
}
