import type { Provider } from "../../terraform-plugin/provider";
import type { Environment } from "../provider/configuration";
import { GoogleClient } from "./client";
import { clientOptions, CONFIGURATION } from "./configuration";
import { projectService } from "./project-service";
import { secret } from "./secret";
import { secretVersion } from "./secret-version";

/**
 * A stand-in for the provider hashicorp/google 6.50.0: the same schemas, calls
 * and messages for the types that are used here. It works on a local Google
 * only.
 */
export function googleProvider(options: {
  /** The environment of the `terraform` that uses the provider. */
  readonly environment: Environment;
}): Provider<GoogleClient> {
  return {
    schema: CONFIGURATION,
    configure: async (config) =>
      new GoogleClient(clientOptions(config, options.environment)),
    resources: {
      google_project_service: projectService,
      google_secret_manager_secret: secret,
      google_secret_manager_secret_version: secretVersion,
    },
    dataSources: {},
  };
}
