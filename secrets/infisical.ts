import { InfisicalSDK } from "@infisical/sdk";
import { UsageError } from "../base/usage-error";
import { redact, type SecretStore } from "./store";

interface Place {
  readonly projectId: string;
  /** Its slug: `prod`. */
  readonly environment: string;
  readonly path: string;
}

/**
 * A folder of an Infisical project, entered with a machine identity by
 * universal auth: `INFISICAL_CLIENT_ID`, `INFISICAL_CLIENT_SECRET`,
 * `INFISICAL_PROJECT_ID`, `INFISICAL_ENVIRONMENT`, and where they differ from
 * `https://app.infisical.com` and `/`, `INFISICAL_SITE_URL` and `INFISICAL_PATH`.
 *
 * @param present what must not be repeated although it may be there already
 * @throws UsageError naming every variable that is missing or malformed
 * @see https://infisical.com/docs/documentation/platform/identities/universal-auth
 */
export function infisical(
  env: NodeJS.ProcessEnv,
  present: readonly string[] = [],
): SecretStore {
  const { clientId, clientSecret, siteUrl, place } = settings(env);
  const description = `Infisical project ${place.projectId}, ${place.environment}, ${place.path}`;
  let client: Promise<InfisicalSDK> | undefined;

  const logIn = () =>
    (client ??= (async () => {
      const sdk = new InfisicalSDK({ siteUrl });
      return sdk.auth().universalAuth.login({ clientId, clientSecret });
    })());

  /**
   * Runs a call. Its failure is told without any secret that it may repeat, and
   * so without the error underneath.
   */
  const call = <T>(
    what: string,
    secrets: string[],
    run: (sdk: InfisicalSDK) => Promise<T>,
  ): Promise<T> =>
    logIn()
      .then(run)
      .catch((error: Error) => {
        const said = redact(error.message, [
          clientSecret,
          ...present,
          ...secrets,
        ]);
        throw new Error(`${siteUrl} refused ${what}: ${said}\n${remedy(said)}`);
      });

  return {
    description,

    async check() {
      await call("to be read", [], (sdk) =>
        sdk.secrets().listSecrets({
          projectId: place.projectId,
          environment: place.environment,
          secretPath: place.path,
          viewSecretValue: false,
        }),
      );
    },

    async put(values) {
      const changed: string[] = [];
      const { environment, path: secretPath, projectId } = place;
      const at = { environment, projectId, secretPath };
      for (const [name, value] of Object.entries(values))
        await call(`to take ${name}`, [value], async (sdk) => {
          const secrets = sdk.secrets();
          const before = await secrets
            .getSecret({ ...at, secretName: name })
            .catch((error: Error) => {
              if (isMissing(error)) return undefined;
              throw error;
            });
          if (before?.secretValue === value) return;
          const wanted = { ...at, secretValue: value };
          if (before) await secrets.updateSecret(name, wanted);
          else await secrets.createSecret(name, wanted);
          changed.push(name);
        });
      return changed;
    },
  };
}

function settings(env: NodeJS.ProcessEnv) {
  const faults: string[] = [];
  const need = (name: string, hint: string): string => {
    const value = env[name]?.trim() ?? "";
    if (value === "") faults.push(`${name} is not set: give ${hint}`);
    return value;
  };
  const identity =
    "of a machine identity with universal auth (Infisical, Access Control, Identities)";
  const found = {
    clientId: need("INFISICAL_CLIENT_ID", `the client id ${identity}`),
    clientSecret: need(
      "INFISICAL_CLIENT_SECRET",
      `a client secret ${identity}`,
    ),
    siteUrl: env.INFISICAL_SITE_URL || "https://app.infisical.com",
    place: {
      projectId: need(
        "INFISICAL_PROJECT_ID",
        "the project's id (Infisical, the project's settings)",
      ),
      environment: need(
        "INFISICAL_ENVIRONMENT",
        'an environment\'s slug such as "prod"',
      ),
      path: env.INFISICAL_PATH || "/",
    } satisfies Place,
  };
  if (!/^https:\/\/|^http:\/\/(localhost|127\.0\.0\.1)[:/]/.test(found.siteUrl))
    faults.push(
      `INFISICAL_SITE_URL must be an https:// URL, got "${found.siteUrl}"`,
    );
  if (!found.place.path.startsWith("/"))
    faults.push(
      `INFISICAL_PATH must start with a slash, got "${found.place.path}"`,
    );
  if (faults.length > 0) throw new UsageError("Infisical", faults);
  return found;
}

// The SDK tells the status in the text of its errors alone.
function isMissing({ message }: Error): boolean {
  return message.includes("[StatusCode=404]");
}

function remedy(said: string): string {
  if (said.includes("universal-auth"))
    return "What to do: check INFISICAL_CLIENT_ID and INFISICAL_CLIENT_SECRET; the client secret may have expired or reached its use limit.";
  if (/StatusCode=40[13]\]/.test(said))
    return "What to do: give the machine identity a role in the project that can read and write secrets there.";
  if (said.includes("[StatusCode=404]"))
    return "What to do: check INFISICAL_PROJECT_ID, INFISICAL_ENVIRONMENT and INFISICAL_PATH; the folder must exist.";
  return "What to do: check INFISICAL_SITE_URL and try again; running it again is safe.";
}
