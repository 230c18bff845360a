import { eachOf } from "./each-of";
import { probe, type ProbeOptions, type Result } from "./probe";
import { shared } from "../account/shared";
import type { Deployed, World } from "./world";

/**
 * Services that are tried at a time. Each has some twenty requests to make;
 * most of the time passes in waiting.
 */
const AT_A_TIME = 50;
/** Requests to one service at a time: a connection costs more than the wait for another's. */
const PER_SERVICE = 2;

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
  const hosts = services.map(({ hostname }) => hostname);
  const sharing = withSharedAnswers(world, hosts);
  return eachOf(services, AT_A_TIME, (deployed) =>
    probe(deployed, sharing, options),
  );
}

/** Asks once for what several checks, or services, ask for in the same words. */
function withSharedAnswers(world: World, hosts: readonly string[]): World {
  const answers = shared();
  const turns = new Map(hosts.map((host) => [host, inTurns(PER_SERVICE)]));
  return {
    ...world,
    ask(url, ask) {
      const asking = () => world.ask(url, ask);
      const inTurn = () =>
        turns.get(new URL(url).hostname)?.(asking) ?? asking();
      return ask?.form ? inTurn() : answers(JSON.stringify([url, ask]), inTurn);
    },
  };
}

/** Has what is begun wait until there are fewer than so many under way. */
function inTurns(atATime: number) {
  const waiting: (() => void)[] = [];
  let free = atATime;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
