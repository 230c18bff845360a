import { bySeverity } from "../../base/severity";
import { cutOff } from "./cut-off";
import { destroy } from "./destroy";
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
import { settings } from "./settings";
import { sideDoors } from "./side-doors";
import { takenOver } from "./taken-over";
import { tokenHeader } from "./token-header";
import { tokens } from "./tokens";
import { undecided } from "./undecided";
import { waysIn } from "./ways-in";

const LOOKS = [
  openings,
  meanwhile,
  cutOff,
  undecided,
  sideDoors,
  foreign,
  routes,
  sessions,
  destroy,
  takenOver,
  ownership,
  tokens,
  tokenHeader,
  provider,
  loginMethods,
  waysIn,
  settings,
  formerPolicies,
  origins,
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
