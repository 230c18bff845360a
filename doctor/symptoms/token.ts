import {
  credentialsFrom,
  credentialVariables,
  type Credentials,
} from "../../client/credentials";
import { readService } from "../../deployment/deployed-service";
import type { Stack } from "../../deployment/stacks";
import { TerraformError } from "../../deployment/terraform";
import { UsageError } from "../../base/usage-error";

/** The service token that a symptom is looked at with, and where it was found. */
export interface FoundToken extends Credentials {
  readonly from: "environment" | "state";
}

/** A token; neither where there is none. */
export interface TokenHere {
  readonly found?: FoundToken;
  /** Only half of it is set. */
  readonly fault?: string;
}

/**
 * The pair out of the environment, else of the stack's state: as `npm run call`
 * and the probe find it.
 *
 * @param path where a symptom is seen: a token may be limited to some
 */
export async function findToken(
  stack: Stack,
  env: NodeJS.ProcessEnv,
  path?: string,
): Promise<TokenHere> {
  try {
    const found = credentialsFrom(env, stack.name);
    if (found) return { found: { ...found, from: "environment" } };
  } catch (error) {
    return { fault: (error as Error).message };
  }
  try {
    const { tokens } = await readService(stack, { env });
    const own = tokens.flatMap(({ clientSecret, ...token }) =>
      clientSecret === undefined ? [] : { ...token, clientSecret },
    );
    const found =
      own.find(({ paths }) => !paths) ??
      own.find(({ paths }) =>
        paths?.some((one) => path === one || path?.startsWith(`${one}/`)),
      );
    if (!found) return {};
    const { clientId, clientSecret } = found;
    return { found: { clientId, clientSecret, from: "state" } };
  } catch (error) {
    if (error instanceof UsageError || error instanceof TerraformError)
      return {};
    throw error;
  }
}

/** Where a token was looked for, and how to get one. */
export function noToken(name: string): string {
  const { clientId, clientSecret } = credentialVariables(name);
  return `there is no token: ${clientId} and ${clientSecret} are not set here, and no deployed stack with a token of its own is readable from here. Where it was deployed, npm run secrets -- ${name} --to env writes them to .env; the pair of a token that was made elsewhere you set yourself`;
}
