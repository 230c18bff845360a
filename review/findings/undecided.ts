import { publicDestinations } from "../../access/match-application";
import { hostMatcher, parseUri } from "../../access/path-pattern";
import { matchesHostname } from "../../ingress/match";
import type { AccountState } from "../change";
import type { Undecided } from "../path-classes";
import type { Finding, Look, Material } from "./finding";

/**
 * Patterns that can't be compared with the others of their host. They may match
 * any path: where it makes a difference to the change whether one does, nobody
 * can tell who gains access.
 */
export const undecided: Look = (material) => [
  ...crowd(material),
  ...material.matrix.undecided
    .filter((one) => matters(one, material))
    .map(({ host, pattern, why }): Finding => ({
      id: "path-undecided",
      severity: "error",
      subject: host,
      text: `it cannot be decided which paths ${pattern} matches: ${why}`,
      remedy: "write the path with fewer repetitions",
    })),
];

/** Wildcards that meet in more ways than were looked at, where any of what decides changes. */
function crowd({ change, matrix }: Material): Finding[] {
  const decides = ({ access, records, tunnels }: AccountState) =>
    JSON.stringify([access, records, tunnels]);
  if (!matrix.crowded || decides(change.before) === decides(change.after))
    return [];
  return [
    {
      id: "hosts-undecided",
      severity: "error",
      subject: "wildcards",
      text: "too many host wildcards overlap to check every kind of name",
      remedy: "replace some of the wildcards with host names",
    },
  ];
}

function matters(
  { host, pattern, whole }: Undecided,
  { change, matrix }: Material,
): boolean {
  if (!whole)
    return matrix.cells.some(
      ({ place, turn }) =>
        turn !== "same" &&
        place.host === host &&
        place.request.assumed?.has(pattern),
    );
  const name = matrix.places.find((place) => place.host === host)?.request.host;
  return (
    name !== undefined &&
    decidingAt(name, change.before) !== decidingAt(name, change.after)
  );
}

/** All that decides at a host, as one text. */
function decidingAt(
  host: string,
  { access, records, tunnels }: AccountState,
): string {
  const covers = (uri: string) => hostMatcher(parseUri(uri).host)(host);
  return JSON.stringify([
    access.applications.filter((application) =>
      publicDestinations(application).some(({ uri }) => covers(uri ?? "")),
    ),
    access.policies,
    access.groups,
    tunnels.map(({ id, rules }) => [
      id,
      rules.filter((rule) => matchesHostname(rule, host)),
    ]),
    records.filter(({ name }) => name === host || name.startsWith("*.")),
  ]);
}
