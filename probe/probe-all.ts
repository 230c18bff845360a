import { eachOf } from "./each-of";
import { probe, type ProbeOptions, type Result } from "./probe";
import { shared } from "../account/shared";
import type { Deployed, World } from "./world";

/**
 * Services that are tried at a time. Each has some fifty requests to make and
 * up to twenty on their way; most of the time passes in waiting.
 */
const AT_A_TIME = 50;

/**
 * Tries every promise about many services at once; results by their order.
 * Services of one account are each other's neighbours: the page of a host that
 * several of them look at is asked for once.
 */
export function probeAll(
  services: readonly Deployed[],
  world: World,
  options: ProbeOptions = {},
): Promise<Result[][]> {
  const sharing = withSharedPages(world);
  return eachOf(services, AT_A_TIME, (deployed) =>
    probe(deployed, sharing, options),
  );
}

/** Shares what is asked without headers or a login of anyone. */
function withSharedPages(world: World): World {
  const pages = shared();
  return {
    ...world,
    ask: (url, ask) =>
      ask === undefined
        ? pages(url, () => world.ask(url))
        : world.ask(url, ask),
  };
}
