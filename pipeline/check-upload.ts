import { terraformBinary } from "../base/terraform-binary";
import { forbiddenIn } from "../gate/allowed";
import type { Code } from "../gate/code";
import { UsageError } from "../base/usage-error";
import type { Settings } from "../settings";
import { knownProviders } from "../terraform-plugin/mirror";
import { backendOf } from "./lay-out";

/**
 * Checks that what was synthesized elsewhere may be planned beside a token.
 *
 * @param own whether it comes from this very checkout, so that Terraform may
 * get providers of which no hash is known
 * @throws UsageError naming all that must not be planned
 */
export function checkUpload(
  code: Code,
  settings: Settings,
  env: NodeJS.ProcessEnv,
  { own = false } = {},
): void {
  const { accountId } = settings;
  const { registry } = terraformBinary(env);
  const isKnown = (name: string, version: string) =>
    own ||
    // Terraform gets none of those that run already.
    attached(env).some((address) => address.endsWith(`/${name}`)) ||
    knownProviders().some(
      (one) =>
        one.address.startsWith(`${registry}/`) &&
        one.address.endsWith(`/${name}`) &&
        one.version === version &&
        one.hashes.length > 0,
    );
  const faults = Object.entries(code).flatMap(([stack, one]) => {
    const { arguments: values, type } = backendOf(stack, settings);
    const backend = { [type]: values };
    return forbiddenIn(one, { accountId, backend, isKnown }).map(
      (fault) => `${stack}: ${fault}`,
    );
  });
  if (faults.length > 0)
    throw new UsageError(
      "Nothing was planned, as this must not run beside a token",
      faults,
    );
}

/** Addresses of the providers that Terraform is told to talk to. */
function attached({ TF_REATTACH_PROVIDERS: text }: NodeJS.ProcessEnv) {
  return text ? Object.keys(JSON.parse(text) as object) : [];
}
