import {
  synthesize,
  withDependencies,
  type Stack,
  type SynthOptions,
} from "./stacks";

/**
 * Synthesizes the app and finds one of its stacks.
 *
 * @throws UsageError where it has none of this name
 */
export async function findStack(
  name: string,
  options: SynthOptions,
): Promise<Stack> {
  const stacks = await synthesize(options);
  const [last] = withDependencies(stacks, [name]).slice(-1);
  if (!last) throw new Error(`no stack ${name}`);
  return last;
}
