import { keyOf } from "./cells";
import type { Cell } from "./matrix";
import type { Place } from "./places";
import type { Verdict } from "./verdict";

interface Group {
  readonly place: Place;
  readonly cells: readonly Cell[];
}

/**
 * Places without those that only a strange spelling leads to and that are as
 * another place of their host to everybody, and with those that an undecided
 * pattern leaves open where that matters.
 */
export function withoutRepeats(groups: readonly Group[]): readonly Group[] {
  const hosts = new Set(
    groups
      .filter(({ place }) => isSpelled(place) || isAssumed(place))
      .map(({ place }) => place.host),
  );
  const known = new Set<string>();
  const sign = ({ cells, place }: Group) =>
    `${place.host} ${cells.map((cell) => `${cell.subject.id}:${keyOf(cell)}`).join("|")}`;
  for (const group of groups) {
    const { place } = group;
    if (hosts.has(place.host) && !isSpelled(place) && !isAssumed(place))
      known.add(sign(group));
  }
  return groups.flatMap((group) => {
    if (isAssumed(group.place)) return assumed(group, groups, known, sign);
    if (!isSpelled(group.place)) return [group];
    if (known.has(sign(group))) return [];
    known.add(sign(group));
    return [group];
  });
}

function isSpelled({ request }: Place): boolean {
  return request.normalization !== undefined;
}

function isAssumed({ request }: Place): boolean {
  return request.assumed !== undefined;
}

/** A place that hangs on what an undecided pattern matches: nothing of it is certain but what is the same in every case. */
function assumed(
  group: Group,
  all: readonly Group[],
  known: Set<string>,
  sign: (group: Group) => string,
): Group[] {
  const own = sign(group);
  if (known.has(own)) return [];
  known.add(own);
  const { host, request } = group.place;
  const cases = all.filter(
    ({ place }) => place.host === host && place.request.path === request.path,
  );
  if (cases.every((other) => sign(other) === own)) return [group];
  const patterns = [...(request.assumed ?? [])]
    .filter(([, is]) => is)
    .map(([pattern]) => pattern);
  // The case in which none matches is what the other patterns say.
  if (patterns.length === 0) return [group];
  const doubt = (verdict: Verdict): Verdict => ({
    ...verdict,
    outcome: "depends",
    reason: `it cannot be decided which paths ${patterns.join(" and ")} matches; where it does: ${verdict.reason}`,
  });
  const place = { ...group.place, path: patterns.join(" ") };
  return [
    {
      place,
      cells: group.cells.map((cell) => {
        if (cell.turn === "same") return { ...cell, place };
        const [before, after] = [doubt(cell.before), doubt(cell.after)];
        return { ...cell, place, before, after, turn: "otherwise" as const };
      }),
    },
  ];
}
