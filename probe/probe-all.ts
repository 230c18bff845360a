import { probe, type ProbeOptions, type Result } from "./probe";
import type { Deployed, World } from "./world";

/**
 * Services that are tried at a time. Each has some fifty requests to make and
 * up to twenty on their way; most of the time passes in waiting.
 */
const AT_A_TIME = 50;

/** Does something with every item, a few at a time, and keeps their order. */
export async function eachOf<T, R>(
  items: readonly T[],
  atATime: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return results;
}

/** Tries every promise about many services at once; results by their order. */
export function probeAll(
  services: readonly Deployed[],
  world: World,
  options: ProbeOptions = {},
): Promise<Result[][]> {
  return eachOf(services, AT_A_TIME, (deployed) =>
    probe(deployed, world, options),
  );
}
