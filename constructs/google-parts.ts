import type * as Provider from "./google-provider";
import type * as Store from "./token-store";
import { onDemand } from "./on-demand";

type GoogleParts = typeof Provider & typeof Store;

/**
 * What keeps tokens in Google Secret Manager. Its bindings take 300 MB on disk:
 * a project that uses this package has them only where it needs them.
 *
 * @throws Error where they are not installed
 */
export function googleParts(): GoogleParts {
  try {
    return {
      ...(onDemand("./google-provider") as typeof Provider),
      ...(onDemand("./token-store") as typeof Store),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND")
      throw error;
    throw new Error(
      "a tokenStore needs Google's bindings: npm install @cdktf/provider-google@16",
      { cause: error },
    );
  }
}
