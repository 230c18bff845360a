import {
  TerraformProvider,
  TerraformStack,
  type TerraformResource,
} from "cdktf";
import { known } from "./faults";
import { isObject, propFaults, type KnownProps } from "./known-props";
import { isOlder } from "../base/provider-versions";
import type { AccessRule } from "./access-rule";
import { newerSelectors } from "./rule-block";

/** A second factor that Access itself asks for. */
export interface MfaConfig {
  /** @default - all that the organization allows */
  readonly allowedAuthenticators?: readonly (
    "totp" | "biometrics" | "security_key"
  )[];
  /** Whether nobody is asked, whatever the organization says. @default false */
  readonly mfaDisabled?: boolean;
  /** How long one counts, such as `12h`. @default - the organization's */
  readonly sessionDuration?: string;
}

const MFA: KnownProps<MfaConfig> = {
  allowedAuthenticators: "texts",
  mfaDisabled: "bool",
  sessionDuration: "text",
};
const AUTHENTICATORS = ["totp", "biometrics", "security_key"];

/** What Cloudflare would refuse of it. */
export function mfaFaults(mfa: MfaConfig | undefined): string[] {
  if (mfa === undefined) return [];
  const wrong = propFaults(mfa, MFA, "mfaConfig.");
  if (wrong.length > 0) return wrong;
  const duration = known(mfa.sessionDuration);
  const [, amount = "", unit] = /^(\d+)([mh])$/.exec(duration ?? "") ?? [];
  const hours = Number(amount) / (unit === "m" ? 60 : 1);
  return [
    ...(mfa.allowedAuthenticators ?? [])
      .filter((one) => !AUTHENTICATORS.includes(one))
      .map(
        (one) =>
          `mfaConfig.allowedAuthenticators has "${one}": write ${AUTHENTICATORS.join(", ")}`,
      ),
    ...(mfa.allowedAuthenticators?.length === 0
      ? [
          "mfaConfig.allowedAuthenticators is empty: leave it out for all that the organization allows",
        ]
      : []),
    ...(duration !== undefined && (unit === undefined || hours > 720)
      ? [
          `mfaConfig.sessionDuration must be minutes or hours up to "720h", such as "5m" or "24h", got "${duration}"`,
        ]
      : []),
  ];
}

export function mfaBlock(mfa: MfaConfig | undefined): object | undefined {
  return isObject(mfa)
    ? {
        allowed_authenticators: mfa.allowedAuthenticators,
        mfa_disabled: mfa.mfaDisabled,
        session_duration: mfa.sessionDuration,
      }
    : undefined;
}

/**
 * Writes an attribute that the bindings do not have, since only newer versions
 * of the provider do; an older one is refused.
 */
export function addNewerAttribute(
  resource: TerraformResource,
  attribute: string,
  {
    value,
    ...needed
  }: { readonly value: unknown } & Omit<Needed, "what"> & Partial<Needed>,
): void {
  if (value === undefined) return;
  resource.addOverride(attribute, value);
  needsProvider(resource, { what: attribute, ...needed });
}

/** What only newer versions of the provider have. */
interface Needed {
  /** The first that has it. */
  readonly since: string;
  /** What it is called in a message. */
  readonly what: string;
  /** What else can be done. @default - to leave it out */
  readonly otherwise?: string;
}

/** Refuses a version of the provider that is older. */
export function needsProvider(
  resource: TerraformResource,
  needed: Needed,
): void {
  resource.node.addValidation({
    validate: () => tooOld(resource, [needed]),
  });
}

/** Refuses selectors that the version of the provider does not have. */
export function needsSelectors(
  resource: TerraformResource,
  rules: () => readonly AccessRule[],
): void {
  resource.node.addValidation({
    validate: () =>
      tooOld(resource, newerSelectors(rules().map(({ _block }) => _block))),
  });
}

function tooOld(
  resource: TerraformResource,
  needed: readonly Needed[],
): string[] {
  const version = providerVersion(resource);
  if (version === undefined) return [];
  return needed
    .filter(({ since }) => isOlder(version, since))
    .map(
      ({ otherwise = "leave it out", since, what }) =>
        `${what} needs Cloudflare's provider ${since} or newer, and this stack has ${version}: use a newer one, or ${otherwise}`,
    );
}

/** The version of Cloudflare's provider in the stack of a construct. */
function providerVersion(resource: TerraformResource): string | undefined {
  const provider = TerraformStack.of(resource)
    .node.findAll()
    .find(
      (node) =>
        node instanceof TerraformProvider &&
        node.terraformResourceType === "cloudflare",
    );
  return provider instanceof TerraformProvider
    ? provider.terraformGeneratorMetadata?.providerVersion
    : undefined;
}
