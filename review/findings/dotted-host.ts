import { takesEveryHost } from "../../ingress/rule";
import type { AccountState, Change } from "../change";
import { Judge } from "../judge";
import type { Cell } from "../matrix";
import { arrivalOf, reaches, type Verdict } from "../verdict";
import { nameOf, type Finding, type Look } from "./finding";

/**
 * `app.example.com.`, with the dot at the end of the name: DNS and Access take
 * it for the host, and cloudflared for another one, which only the tunnel's last
 * rule takes.
 */
export const dottedHost: Look = ({ change, matrix }) => {
  if (!leadsOn(change.before) && !leadsOn(change.after)) return [];
  const dotted = new Dotted(change);
  const found = new Map<string, Finding>();
  for (const cell of matrix.cells) {
    const { place } = cell;
    if (place.request.host.endsWith(".")) continue;
    const isOpen = cell.subject.kind === "nobody";
    const after = dotted.arrival(cell, "after");
    if (after === undefined) continue;
    const stood = after.key === dotted.arrival(cell, "before")?.key;
    if (stood && !isOpen) continue;
    const earlier = found.get(place.host)?.severity;
    if (earlier === "error" || (earlier && !(isOpen && !stood))) continue;
    found.set(place.host, {
      id: stood ? "dotted-host-as-before" : "dotted-host",
      severity: isOpen && !stood ? "error" : "warning",
      subject: nameOf(place),
      text: `requested as ${place.request.host}. with a dot at the end, it is a different host to the tunnel: its last rule takes ${isOpen ? "everyone without a login" : "whoever Access lets through"} to ${after.service}${stood ? ", as before" : ""}`,
      remedy:
        "end the tunnel's rules with http_status:404, or make its last rule require the application's JWT",
    });
  }
  return [...found.values()];
};

/** Whether a tunnel takes every other host to a service. */
function leadsOn({ tunnels }: AccountState): boolean {
  return tunnels.some(({ rules }) => {
    const last = rules.at(-1);
    return (
      last !== undefined &&
      takesEveryHost(last) &&
      !(last.service ?? "").startsWith("http_status:")
    );
  });
}

class Dotted {
  readonly #judges: { readonly before: Judge; readonly after: Judge };

  constructor({ after, before }: Change) {
    this.#judges = { before: new Judge(before), after: new Judge(after) };
  }

  /** Where the request gets to under the dotted name, if that is another place. */
  arrival(
    cell: Cell,
    side: "before" | "after",
  ): { readonly key: string; readonly service: string } | undefined {
    const { place, subject } = cell;
    const judge = this.#judges[side];
    const { request } = place;
    const host = `${request.host}.`;
    const spot = judge.at({ ...request, host });
    if (spot.leads.kind !== "tunnel" || spot.rule === place[side].rule)
      return undefined;
    const verdict: Verdict =
      subject.kind === "nobody"
        ? judge.verdict(spot, { identity: null, serviceToken: null })
        : // Whoever gets to the service gets past Access.
          { ...cell[side], rule: spot.rule };
    const key = arrivalOf(verdict);
    const demands = spot.rule?.originRequest?.["access"];
    return key === undefined ||
      !reaches(verdict) ||
      key === arrivalOf(cell[side]) ||
      (subject.kind !== "nobody" && demands)
      ? undefined
      : { key, service: spot.rule?.service ?? "" };
  }
}
