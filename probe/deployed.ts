import { readService } from "../deployment/deployed-service";
import type { Stack } from "../deployment/stacks";
import type { TerraformOptions } from "../deployment/terraform";
import type { Deployed } from "./world";

/**
 * Reads what was deployed for a service from its stack's outputs.
 *
 * @throws NotDeployed
 * @throws UsageError where an older version of the project deployed it
 */
export async function readDeployed(
  stack: Pick<Stack, "name" | "dir">,
  options: TerraformOptions,
): Promise<Deployed> {
  const { tokens, ...service } = await readService(stack, options);
  const token = tokens.find(({ paths }) => !paths);
  return {
    ...service,
    name: stack.name,
    token,
    furtherTokens: tokens.filter((one) => one !== token),
  };
}
