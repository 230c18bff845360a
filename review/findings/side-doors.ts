import { reaches } from "../verdict";
import type { Cell } from "../matrix";
import { listOf, nameOf, type Finding, type Look } from "./finding";

/**
 * Other hosts that lead to a service without a login, while its own host asks
 * for one. The paths of the same host that are open on purpose are none.
 */
export const sideDoors: Look = ({ change, matrix }) => {
  const ours = new Set(
    change.plans.flatMap(({ resources }) =>
      resources.flatMap((one) =>
        one.kind === "route" && one.after ? [one.after.hostname] : [],
      ),
    ),
  );
  const cells = matrix.cells.filter(({ subject }) => subject.kind === "nobody");
  const guarded = new Map<string, Cell[]>();
  for (const cell of cells) {
    const key = serviceOf(cell, "after");
    if (key !== undefined && ours.has(cell.place.host) && !reaches(cell.after))
      guarded.set(key, [...(guarded.get(key) ?? []), cell]);
  }
  return cells.flatMap((cell): Finding[] => {
    const key = serviceOf(cell, "after");
    const front = (key === undefined ? undefined : guarded.get(key)) ?? [];
    const others = front.filter(({ place }) => place.host !== cell.place.host);
    if (!reaches(cell.after) || others.length === 0) return [];
    const stood = reaches(cell.before) && serviceOf(cell, "before") === key;
    const hosts = [...new Set(others.map(({ place }) => place.host))];
    return [
      {
        id: "side-door",
        // Public already, it leads to what is guarded from now on.
        severity:
          cell.after.outcome === "public" && !stood ? "error" : "warning",
        subject: nameOf(cell.place),
        text: `it leads to ${cell.after.rule?.service ?? ""} without a login${stood ? ", as before" : ""}, and so does ${listOf(hosts)} with one`,
        remedy:
          "protect that host as well, or take its rule off the tunnel; where the service tells hosts apart by their Host header, see that it does",
      },
    ];
  });
};

function serviceOf(cell: Cell, when: "before" | "after"): string | undefined {
  const { rule } = cell[when];
  const service = rule?.service;
  return !service || service.startsWith("http_status:") ? undefined : service;
}
