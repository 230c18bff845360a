import type { Verdict } from "../verdict";
import type { Cell } from "../matrix";
import type { Finding, Look } from "./finding";

/** Hosts that lead somewhere from now on, or no longer do. */
export const hosts: Look = ({ matrix }) => {
  const byHost = new Map<string, Cell[]>();
  for (const cell of matrix.cells)
    byHost.set(cell.place.host, [...(byHost.get(cell.place.host) ?? []), cell]);
  return [...byHost].flatMap(([host, cells]): Finding[] => {
    const answers = (verdicts: readonly Verdict[]) =>
      verdicts.some(({ outcome }) => outcome !== "nowhere");
    const before = answers(cells.map((cell) => cell.before));
    const after = answers(cells.map((cell) => cell.after));
    if (before === after) return [];
    const [cell] = cells;
    return after
      ? [
          {
            id: "host-appears",
            severity: "note",
            subject: host,
            text: `the host can now be reached, at ${serviceOf(cells)}`,
          },
        ]
      : [
          {
            id: "host-disappears",
            severity: "note",
            subject: host,
            text: `the host can no longer be reached: ${cell?.after.reason ?? ""}`,
          },
        ];
  });
};

function serviceOf(cells: readonly Cell[]): string {
  const services = cells.flatMap(({ after }) => after.rule?.service ?? []);
  return [...new Set(services)].join(" and ") || "a server of its own";
}
