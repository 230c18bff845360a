import { bySeverity } from "../../base/severity";
import { changedSettings } from "./changed-settings";
import { cutOff } from "./cut-off";
import type { Change } from "../change";
import { destroy } from "./destroy";
import { dottedHost } from "./dotted-host";
import { matchesNobody } from "./matches-nobody";
import type { Finding, Material } from "./finding";
import { foreign } from "./foreign";
import { formerPolicies } from "./former-policies";
import { hosts } from "./hosts";
import { meanwhile } from "./meanwhile";
import { openings } from "./openings";
import { loginMethods } from "./login-methods";
import { ownership } from "./ownership";
import { routes } from "./routes";
import { provider } from "./provider";
import { sessions } from "./sessions";
import { origins } from "./origins";
import { secretPlaces } from "./secret-places";
import { secondApplication } from "./second-application";
import { settings } from "./settings";
import { sideDoors } from "./side-doors";
import { replacedRecord } from "./replaced-record";
import { takenOver } from "./taken-over";
import { tokenHeader } from "./token-header";
import { tokens } from "./tokens";
import { undecided } from "./undecided";
import { waysIn } from "./ways-in";

/** What a plan itself weakens, and no matrix shows. */
const OF_PLANS = [waysIn, settings, tokenHeader, origins, tokens];

const LOOKS = [
  openings,
  meanwhile,
  cutOff,
  secondApplication,
  undecided,
  dottedHost,
  sideDoors,
  foreign,
  routes,
  sessions,
  destroy,
  takenOver,
  ownership,
  provider,
  loginMethods,
  ...OF_PLANS,
  secretPlaces,
  matchesNobody,
  formerPolicies,
  changedSettings,
  replacedRecord,
  hosts,
];

/**
 * All there is to say of a change, the worst first.
 *
 * @param further what others have found
 */
export function findingsOf(
  material: Material,
  further: readonly Finding[],
): Finding[] {
  return [...further, ...LOOKS.flatMap((look) => look(material))].sort(
    bySeverity,
  );
}

/** What plans weaken of logins and origins, each as one text that can be compared. */
export function weakened(change: Change): string[] {
  return OF_PLANS.flatMap((look) => look({ change }))
    .filter(({ severity }) => severity !== "note")
    .map(({ id, subject, text }) => `${id} ${subject}: ${text}`);
}
