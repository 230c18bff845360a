import { resolve } from "node:path";
import { DEFAULT_PROVIDER } from "../base/provider-versions";
import { startProviderStandIn } from "../local/provider/start";
import type { WorkspaceOptions } from "../rehearsal/workspace";

/**
 * A folder laid out as Terraform's filesystem mirrors are: with it in the
 * environment tests run with the real provider instead of the stand-in.
 * `CLOUDFLARE_PROVIDER_VERSION` names its version where it is not the default.
 */
export const MIRROR =
  process.env.CLOUDFLARE_PROVIDER_MIRROR &&
  resolve(process.env.CLOUDFLARE_PROVIDER_MIRROR);

const VERSION = process.env.CLOUDFLARE_PROVIDER_VERSION || undefined;

/** The version that is tested. */
export const PROVIDER_VERSION = VERSION ?? DEFAULT_PROVIDER;

/** Cloudflare's provider as a test uses it, the real one or the stand-in. */
export interface ProviderUnderTest {
  /** What a workspace takes to use it. */
  readonly workspace: Pick<
    WorkspaceOptions,
    "mirror" | "providerVersion" | "reattach"
  >;
  close(): Promise<void>;
}

/**
 * @param environment of the stand-in, which is no process of its own
 * @param version @default - that of the environment, else the project's
 */
export async function providerUnderTest(
  environment: Readonly<Record<"token" | "apiUrl", string>>,
  version: string | undefined = VERSION,
): Promise<ProviderUnderTest> {
  if (MIRROR)
    return {
      workspace: { mirror: MIRROR, providerVersion: version },
      close: async () => {},
    };
  const { reattach, close } = await startProviderStandIn({
    environment: {
      CLOUDFLARE_API_TOKEN: environment.token,
      CLOUDFLARE_BASE_URL: environment.apiUrl,
    },
    version,
  });
  return { workspace: { reattach, providerVersion: version }, close };
}
