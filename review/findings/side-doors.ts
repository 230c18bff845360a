import { serviceAddress } from "../../ingress/service-address";
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
  for (const cell of cells)
    if (ours.has(cell.place.host) && !reaches(cell.after))
      for (const key of [...servicesOf(cell, "after"), cell.place.host])
        guarded.set(key, [...(guarded.get(key) ?? []), cell]);
  return cells.flatMap((cell): Finding[] => {
    const keys = servicesOf(cell, "after");
    const front = keys.flatMap((key) => guarded.get(key) ?? []);
    const others = front.filter(({ place }) => place.host !== cell.place.host);
    if (!reaches(cell.after) || others.length === 0) return [];
    const earlier = servicesOf(cell, "before");
    const stood =
      reaches(cell.before) && keys.every((key) => earlier.includes(key));
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
          "protect that host with an application as well; if the service tells hosts apart by their Host header, make sure that it does",
      },
    ];
  });
};

/** By what a service is told from others: its address, and the host that it is asked for. */
function servicesOf(cell: Cell, when: "before" | "after"): string[] {
  const { rule } = cell[when];
  const service = rule?.service;
  if (!service || service.startsWith("http_status:")) return [];
  const header = rule.originRequest?.["httpHostHeader"];
  return [
    serviceAddress(service),
    ...(typeof header === "string" && header ? [header.toLowerCase()] : []),
  ];
}
