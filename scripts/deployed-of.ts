import type { Stack } from "../deployment/stacks";
import { readResources } from "../deployment/state";

/** What a stack's state has, for people. */
export async function deployedOf(
  stack: Stack,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const found = await readResources(stack, { env }).catch(() => undefined);
  if (found === undefined)
    return "what is deployed of it is not known: its state can't be read";
  return found.length === 0
    ? "its state has nothing"
    : `deployed of it: ${found.map(({ address }) => address).join(", ")}`;
}
