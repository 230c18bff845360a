import {
  readServiceOutputs,
  type DeployedService,
} from "../contract/service-outputs";
import { UsageError } from "../base/usage-error";
import type { Stack } from "./stacks";
import { readOutputs, readResources } from "./state";
import type { TerraformOptions } from "./terraform";

/** A stack that was never deployed, or was destroyed, or has no service. */
export class NotDeployed extends UsageError {
  constructor(stack: string) {
    super("Services", [
      `The stack "${stack}" has no service deployed: deploy it first (npm run deploy -- ${stack}).`,
    ]);
  }
}

/**
 * Reads what was deployed for a service from its stack's outputs.
 *
 * @throws NotDeployed
 * @throws UsageError where an older version of the project deployed it, or a deploy did not finish
 */
export async function readService(
  stack: Pick<Stack, "name" | "dir">,
  options: TerraformOptions,
): Promise<DeployedService> {
  const reading = readServiceOutputs(await readOutputs(stack, options));
  if (reading.service) return reading.service;
  const again = `npm run deploy -- ${stack.name}.`;
  const { missing } = reading;
  if (missing.length > 0 && missing.every((name) => name.includes(".")))
    throw new UsageError("Services", [
      `The stack "${stack.name}" was deployed by an older version of this project: its state has no ${missing.join(", ")}. Deploy it again, which only updates it: ${again}`,
    ]);
  // Terraform saves each output by itself.
  const resources = await readResources(stack, options);
  if (missing.length > 0 || resources.some(({ type }) => type === ROUTE))
    throw new UsageError("Services", [
      `The state of the stack "${stack.name}" does not describe its service: the last deploy or destroy did not finish, or an older version of this project deployed it. Deploy it again: ${again}`,
    ]);
  throw new NotDeployed(stack.name);
}

/** Every service has one, and no other stack does. */
const ROUTE = "tunnel_route";
