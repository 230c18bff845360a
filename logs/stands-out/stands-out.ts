import type { Period, StandsOut, StandsOutCheck } from "./check";
import {
  nobody,
  noLongerAdmitted,
  refusedOften,
  refusedThoughAdmitted,
  severalCountries,
  strangers,
} from "./people";
import {
  machineRefused,
  tokenFromSeveralPlaces,
  tokenOfNobody,
  tokenUnused,
} from "./tokens";

/** What to look for, the most pressing first. */
const CHECKS: readonly StandsOutCheck[] = [
  noLongerAdmitted,
  tokenFromSeveralPlaces,
  tokenOfNobody,
  refusedOften,
  machineRefused,
  severalCountries,
  refusedThoughAdmitted,
  strangers,
  nobody,
  tokenUnused,
];

/** What someone should know of a period, above all of the first days. */
export function standsOut(period: Period): StandsOut[] {
  const rays = new Set(period.own?.rays.map(({ ray }) => ray));
  const entries = period.entries.filter(
    ({ kind, rayId }) => kind === "person" || !rays.has(rayId),
  );
  const others = { ...period, entries };
  return CHECKS.flatMap(({ find, id, ofOwn }) =>
    find(ofOwn ? period : others).map((text) => ({ id, text })),
  );
}
