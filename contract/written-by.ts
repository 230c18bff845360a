import { DEFAULT_PROVIDER, isOlder } from "../base/provider-versions";

/** Output of a stack that names the version of Cloudflare's provider, unless it is the default. */
export const WRITTEN_BY_OUTPUT = "state_written_by_cloudflare_provider";

/** The version of Cloudflare's provider that wrote a state, by the values of its outputs. */
export function writtenBy(outputs: Readonly<Record<string, unknown>>): string {
  const version = outputs[WRITTEN_BY_OUTPUT];
  return typeof version === "string" ? version : DEFAULT_PROVIDER;
}

/** Another version of Cloudflare's provider than the one that wrote a state. */
export interface ProviderChange {
  readonly from: string;
  readonly to: string;
}

/** What of a plan tells of it, as `terraform show -json` prints it. */
export interface PlanOfProvider {
  readonly configuration?: {
    readonly provider_config?: Readonly<
      Record<
        string,
        { readonly full_name?: string; readonly version_constraint?: string }
      >
    >;
  };
  readonly output_changes?: Readonly<
    Record<string, { readonly before?: unknown }>
  >;
  readonly prior_state?: {
    readonly values?: {
      readonly root_module?: {
        readonly resources?: readonly {
          readonly mode: string;
          readonly provider_name?: string;
        }[];
      };
    };
  };
}

const CLOUDFLARE = /\/cloudflare\/cloudflare$/;

/** Undefined where it is the same version, or where nothing of it is deployed yet. */
export function providerChangeIn({
  configuration,
  output_changes: outputs = {},
  prior_state: state,
}: PlanOfProvider): ProviderChange | undefined {
  const isDeployed = (state?.values?.root_module?.resources ?? []).some(
    ({ mode, provider_name: name = "" }) =>
      mode === "managed" && CLOUDFLARE.test(name),
  );
  const to = Object.values(configuration?.provider_config ?? {})
    .filter(({ full_name: name = "" }) => CLOUDFLARE.test(name))
    .map(({ version_constraint: version = "" }) => version)
    .find((version) => /^\d+\.\d+\.\d+$/.test(version));
  if (!isDeployed || to === undefined) return undefined;
  // The prior state has the outputs of this plan already.
  const from = writtenBy(
    Object.fromEntries(
      Object.entries(outputs).map(([name, { before }]) => [name, before]),
    ),
  );
  return isOlder(from, to) || isOlder(to, from) ? { from, to } : undefined;
}
