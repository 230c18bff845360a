import type { Normalization } from "../access/normalize-path";
import type { Change } from "./change";
import { hostsOf } from "./hosts";
import type { Judge, Spot } from "./judge";
import { PathIndex, type Undecided } from "./path-classes";

/** A request without anyone who makes it. */
export interface Target {
  readonly host: string;
  /** In the spelling in which it is sent. */
  readonly path: string;
  /** How Access reads a spelling that people do not write. */
  readonly normalization?: Normalization;
  /** What is taken for granted of patterns that can't be decided. */
  readonly assumed?: ReadonlyMap<string, boolean>;
}

/** A host and path that something treats in its own way, with a request that goes there. */
export interface Place {
  /** As it is written: `app.example.com`, `*.example.com`. */
  readonly host: string;
  /** A path, or the pattern of an application or a rule. */
  readonly path: string;
  /** A request to it. */
  readonly request: Target;
  readonly before: Spot;
  readonly after: Spot;
}

/** All places, and what could not be divided into any. */
export interface Places {
  readonly places: readonly Place[];
  readonly undecided: readonly Undecided[];
  /** More wildcards meet than can be looked at. */
  readonly crowded: boolean;
}

/**
 * Every place that is treated in its own way, before or after: all hosts, and
 * on each of them the paths that come to another application or rule. All
 * requests are divided into those that every pattern treats alike; two of these
 * with the same applications and rules are one place.
 */
export function placesOf(change: Change, before: Judge, after: Judge): Places {
  const paths = new PathIndex([change.before, change.after]);
  const undecided: Undecided[] = [];
  const { crowded, hosts } = hostsOf(change, (name) => {
    const [was, is] = [before.leadsTo(name), after.leadsTo(name)];
    return was !== is || was.startsWith("tunnel");
  });
  const places = hosts.flatMap(({ derived, name, shown }) => {
    const found = new Map<string, Place & { pattern: string }>();
    const divided = paths.classesOf(name);
    const led = [before, after].map((judge) => judge.leadsTo(name));
    const moves =
      led.some((to) => to.startsWith("tunnel ")) &&
      led.some((to) => /^(server|past) /.test(to));
    const classes = [
      ...divided.classes,
      ...(moves ? paths.malformedOf(name) : []),
    ];
    for (const { assumed, path, pattern, spelled } of classes) {
      const request: Target = {
        host: name,
        path,
        ...(spelled && { normalization: spelled }),
        ...(assumed && { assumed }),
      };
      const spots = { before: before.at(request), after: after.at(request) };
      const key = `${spots.before.key}|${spots.after.key}`;
      const place = { host: shown, path: pattern, pattern, request };
      if (!found.has(key)) found.set(key, { ...place, ...spots });
    }
    const all = [...found.values()];
    if (derived && !all.some(answers)) return [];
    undecided.push(
      ...divided.undecided.map((one) => ({ ...one, host: shown })),
    );
    return all.map(({ pattern, ...place }) => ({
      ...place,
      // Where parts of a pattern are treated differently the path itself tells them apart.
      path:
        all.filter((other) => other.pattern === pattern).length > 1
          ? place.request.path
          : pattern,
    }));
  });
  return { places, undecided, crowded };
}

function answers({ after, before }: Place): boolean {
  return [before, after].some(({ leads }) => leads.kind !== "nowhere");
}
