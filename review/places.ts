import { publicDestinations } from "../access/match-application";
import { parseUri } from "../access/path-pattern";
import { namedTunnel } from "../dns/tunnel-name";
import { takesEveryHost } from "../ingress/rule";
import type { Change } from "./change";
import type { Judge, Spot } from "./judge";
import { PathIndex, type Undecided } from "./path-classes";

/** A host and path that something treats in its own way, with a request that goes there. */
export interface Place {
  /** As it is written: `app.example.com`, `*.example.com`. */
  readonly host: string;
  /** A path, or the pattern of an application or a rule. */
  readonly path: string;
  /** A request to it. */
  readonly request: { readonly host: string; readonly path: string };
  readonly before: Spot;
  readonly after: Spot;
}

/** All places, and what could not be divided into any. */
export interface Places {
  readonly places: readonly Place[];
  readonly undecided: readonly Undecided[];
}

/**
 * Every place that is treated in its own way, before or after: hosts that an
 * application or a tunnel's rule names or whose DNS record leads to a tunnel,
 * and on each of them the paths that come to another application or rule. All
 * paths are divided into those that every pattern treats alike; two of these
 * with the same applications and rules are one place.
 */
export function placesOf(change: Change, before: Judge, after: Judge): Places {
  const paths = new PathIndex([change.before, change.after]);
  const named = hostsOf(change, [before, after]);
  const label = unnamed(named);
  const undecided: Undecided[] = [];
  const places = named.flatMap((host) =>
    samplesOf(host, label).flatMap(({ name, shown }) => {
      const found = new Map<string, Place & { pattern: string }>();
      const divided = paths.classesOf(name);
      undecided.push(
        ...divided.undecided.map((one) => ({ ...one, host: shown })),
      );
      for (const { path, pattern } of divided.classes) {
        const request = { host: name, path };
        const spots = { before: before.at(request), after: after.at(request) };
        const key = `${spots.before.key}|${spots.after.key}`;
        const place = { host: shown, path: pattern, pattern, request };
        if (!found.has(key)) found.set(key, { ...place, ...spots });
      }
      const all = [...found.values()];
      // Names below a wildcard at any depth matter where something answers.
      if (shown !== host && !all.some(answers)) return [];
      return all.map(({ pattern, ...place }) => ({
        ...place,
        // Where parts of a pattern are treated differently the path itself tells them apart.
        path:
          all.filter((other) => other.pattern === pattern).length > 1
            ? place.request.path
            : pattern,
      }));
    }),
  );
  return { places, undecided };
}

function answers({ after, before }: Place): boolean {
  return [before, after].some(({ leads }) => leads.kind !== "nowhere");
}

/** Every host that is named or that leads to a tunnel, wildcards included. */
function hostsOf(
  { after, before }: Change,
  judges: readonly Judge[],
): string[] {
  const hosts = new Set<string>();
  for (const { access, records, tunnels } of [before, after]) {
    for (const application of access.applications)
      for (const { uri } of publicDestinations(application))
        hosts.add(parseUri(uri ?? "").host);
    for (const { rules } of tunnels)
      for (const rule of rules)
        if (!takesEveryHost(rule)) hosts.add(rule.hostname!.toLowerCase());
    for (const record of records)
      if (
        namedTunnel(record) !== undefined ||
        judges.some((judge) => judge.leadsToTunnel(record.name))
      )
        hosts.add(record.name);
  }
  return [...hosts].sort(NUMBERED.compare);
}

/** `service-2` before `service-10`. */
const NUMBERED = new Intl.Collator("en", { numeric: true });

/** A label that no host has, for the names under a wildcard that have nothing of their own. */
function unnamed(hosts: readonly string[]): string {
  const taken = new Set(hosts.flatMap((host) => host.split(".")));
  const base = "any-other-host";
  let label = base;
  for (let more = 2; taken.has(label); more++) label = `${base}-${more}`;
  return label;
}

/**
 * Names that a host stands for. Access's wildcard is one label; a record's and
 * a rule's are names at any depth.
 */
function samplesOf(
  host: string,
  label: string,
): { readonly name: string; readonly shown: string }[] {
  if (host === "*" || host.startsWith("*."))
    return [
      { name: host.replace("*", label), shown: host },
      { name: host.replace("*", `${label}.${label}`), shown: `*.${host}` },
    ];
  return [{ name: host.replaceAll("*", label), shown: host }];
}
