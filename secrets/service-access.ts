import type { Stack } from "../deployment/stacks";
import type { TerraformOptions } from "../deployment/terraform";
import { findToken, readStackService } from "./stack-tokens";
import { UsageError } from "../base/usage-error";
import { credentialsFrom, type Credentials } from "../client/credentials";

/** Where a service is, and with what it is called. */
export interface ServiceAccess {
  readonly origin: string;
  readonly credentials?: Credentials;
}

export interface ServiceAccessOptions extends TerraformOptions {
  readonly service: string;
  /** Another token than the service's first. */
  readonly token?: string;
  /** @default - the host that the stack's outputs tell */
  readonly origin?: string;
  /** Finds the service's stack; asked only where something is to be read of it. */
  readonly findStack: () => Promise<Stack>;
}

/**
 * Finds out how to call a service: the pair out of the environment or, where it
 * has none, the outputs of the stack; the host out of those unless it is given.
 *
 * @throws UsageError for half a pair, or where the stack must be read and is not deployed
 */
export async function findServiceAccess(
  options: ServiceAccessOptions,
): Promise<ServiceAccess> {
  const { env, findStack, origin, service, token } = options;
  const name = token ? `${service}-${token}` : service;
  const credentials = readCredentials(env, name);
  // On this machine no token is needed.
  if (origin && (credentials || !origin.startsWith("https:")))
    return { origin, credentials };
  const deployed = await readStackService(await findStack(), options);
  const found = credentials ?? findToken(deployed, token);
  const { clientId, clientSecret } = found;
  return {
    origin: origin ?? `https://${deployed.hostname}`,
    credentials: { clientId, clientSecret },
  };
}

function readCredentials(env: NodeJS.ProcessEnv, name: string) {
  try {
    return credentialsFrom(env, name);
  } catch (error) {
    throw new UsageError("Service token", [(error as Error).message]);
  }
}
