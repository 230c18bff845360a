/** A service token as a machine sends it: both halves, on every request. */
export interface Credentials {
  /** `CF-Access-Client-Id`: 32 hexadecimal digits and `.access`. */
  readonly clientId: string;
  /** `CF-Access-Client-Secret`. */
  readonly clientSecret: string;
}

/** Names of the environment variables that hold a service's pair. */
export interface CredentialVariables {
  /** Name of the variable with the public half. */
  readonly clientId: string;
  /** Name of the variable with the secret half. */
  readonly clientSecret: string;
}

/**
 * The variables of a service by its name: `comfyui` has
 * `COMFYUI_ACCESS_CLIENT_ID` and `COMFYUI_ACCESS_CLIENT_SECRET`.
 */
export function credentialVariables(service: string): CredentialVariables {
  if (typeof service !== "string")
    throw new TypeError("the service's name is missing, such as comfyui");
  const prefix = service.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
  return {
    clientId: `${prefix}_ACCESS_CLIENT_ID`,
    clientSecret: `${prefix}_ACCESS_CLIENT_SECRET`,
  };
}

/**
 * The variables of one of a service's tokens. The first token has the service's
 * own names; a further one has its name between: the token `ci` of `comfyui` is
 * `COMFYUI_CI_ACCESS_CLIENT_ID`.
 */
export function tokenVariables(
  service: string,
  token: string,
  isFirst: boolean,
): CredentialVariables {
  return credentialVariables(isFirst ? service : `${service}-${token}`);
}

/**
 * A service's pair out of the environment; undefined where neither half is set.
 *
 * @throws TypeError where one half is missing, naming the variable
 */
export function credentialsFrom(
  environment: Readonly<Record<string, string | undefined>>,
  service: string,
): Credentials | undefined {
  const names = credentialVariables(service);
  const clientId = environment[names.clientId]?.trim();
  const clientSecret = environment[names.clientSecret]?.trim();
  if (!clientId && !clientSecret) return undefined;
  if (!clientId || !clientSecret)
    throw new TypeError(
      `${clientId ? names.clientSecret : names.clientId} is not set, and ${clientId ? names.clientId : names.clientSecret} is: Access needs both`,
    );
  return { clientId, clientSecret };
}

/** The two headers that carry a service token. */
export function credentialHeaders({
  clientId,
  clientSecret,
}: Credentials): Record<string, string> {
  return {
    "cf-access-client-id": clientId,
    "cf-access-client-secret": clientSecret,
  };
}
