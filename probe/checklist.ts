import type { ProbeCheck } from "./check";
import { certificate } from "./checks/certificate";
import { dns } from "./checks/dns";
import { furtherTokens } from "./checks/further-tokens";
import { noSideDoor } from "./checks/no-side-door";
import { notShadowed } from "./checks/not-shadowed";
import { openPaths } from "./checks/open-paths";
import { ownPage } from "./checks/own-page";
import { policies } from "./checks/policies";
import { portClosed } from "./checks/port-closed";
import { preflight } from "./checks/preflight";
import { routeChecksToken } from "./checks/route-checks-token";
import { tokenExpiry } from "./checks/token-expiry";
import { CHECKS } from "./probe";

/**
 * All that is promised about a deployed service: what its users notice, then
 * what only shows when somebody looks for a way around.
 */
export const CHECKLIST: readonly ProbeCheck[] = [
  ...CHECKS,
  ownPage,
  dns,
  certificate,
  routeChecksToken,
  noSideDoor,
  notShadowed,
  policies,
  openPaths,
  preflight,
  tokenExpiry,
  furtherTokens,
  portClosed,
];
