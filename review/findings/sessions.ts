import type { SettledDecision } from "../../access/decision";
import { connectorOn } from "../connector";
import { refusingBypass } from "../past-access";
import { reaches } from "../verdict";
import type { Change } from "../change";
import type { Cell } from "../matrix";
import { listOf, type Finding, type Look } from "./finding";

/**
 * Who loses access and keeps it for a while: Access looks at who someone is
 * when they log in, and not again while the session lasts. The sessions of an
 * application that is removed or replaced are worth nothing at once, nor are
 * those where the connector refuses the request: it has no JWT, or not the one
 * that the rule demands. Service tokens are looked at with every request.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/access-settings/session-management/
 */
export const sessions: Look = ({ change, matrix }) => {
  const lingering = new Map<string, { cells: Cell[]; seconds: number }>();
  for (const cell of matrix.cells) {
    const { after, before } = cell;
    if (before.outcome !== "login") continue;
    if (reaches(after) || after.outcome === "nowhere") continue;
    const aud = before.application?.aud;
    if (!aud || after.application?.aud !== aud) continue;
    if (isRefusedAtOnce(cell, change)) continue;
    const name = before.application?.name ?? cell.place.host;
    const known = lingering.get(name) ?? { cells: [], seconds: 0 };
    lingering.set(name, {
      cells: [...known.cells, cell],
      seconds: Math.max(known.seconds, before.sessionSeconds ?? 0),
    });
  }
  return [...lingering].map(([name, { cells, seconds }]): Finding => {
    const who = [...new Set(cells.map(({ subject }) => subject.label))];
    return {
      id: "session-lasts",
      severity: "warning",
      subject: name,
      text: `${listOf(who)}: people who are logged in keep access until their session ends, up to ${duration(seconds)} after the last login`,
      remedy: `end the sessions once it is deployed: ${commandsFor(cells, change)}`,
    };
  });
};

/** Whether the connector refuses whoever is logged in, too. */
function isRefusedAtOnce(cell: Cell, { after: { access } }: Change): boolean {
  const { application, rule } = cell.after;
  if (refusingBypass(cell, access) !== undefined) return true;
  const team = access.organization?.auth_domain?.replace(
    /\.cloudflareaccess\.com$/,
    "",
  );
  const withSession: SettledDecision = {
    outcome: "pass",
    how: "identity",
    reason: "",
    dependsOn: [],
    ...(application && { application }),
  };
  return (
    rule !== undefined &&
    connectorOn(withSession, rule, team)?.outcome === "refused"
  );
}

/** What ends them: of single people, or of everybody. */
function commandsFor(cells: readonly Cell[], { plans }: Change): string {
  const id = cells[0]?.before.application?.id;
  const stack = plans.find(({ resources }) =>
    resources.some(
      ({ after, before, kind }) =>
        kind === "application" && (before ?? after)?.id === id,
    ),
  )?.stack;
  const command = `npm run revoke -- ${stack ?? "SERVICE"}`;
  const people = new Set(
    cells.map(({ subject }) =>
      subject.kind === "named" ? subject.email : undefined,
    ),
  );
  return people.size > 3 || people.has(undefined)
    ? command
    : [...people].map((email) => `${command} --person ${email}`).join(", ");
}

/** `24 h`, `30 min`, `7 days`. */
export function duration(seconds: number): string {
  const hours = seconds / 3600;
  if (hours < 1) return `${Math.round(seconds / 60)} min`;
  return hours > 48
    ? `${+(hours / 24).toFixed(1)} days`
    : `${+hours.toFixed(1)} h`;
}
