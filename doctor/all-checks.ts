import type { DoctorCheck } from "./check";
import { accountSwitchesCheck } from "./checks/account-switches";
import { apiTokenCheck } from "./checks/api-token";
import { applicationCheck } from "./checks/application";
import { connectorCheck } from "./checks/connector";
import { dnsRecordCheck } from "./checks/dns-record";
import { environmentCheck } from "./checks/environment";
import { firstPageCheck } from "./checks/first-page";
import { googleClientCheck } from "./checks/google-client";
import { groupsCheck } from "./checks/groups";
import { guestsCheck } from "./checks/guests";
import { ingressRuleCheck } from "./checks/ingress-rule";
import { limitsCheck } from "./checks/limits";
import { loginMethodCheck } from "./checks/login-method";
import { nodeCheck } from "./checks/node";
import { notificationsCheck } from "./checks/notifications";
import { otherLoginsCheck } from "./checks/other-logins";
import { optionalPermissionsCheck } from "./checks/optional-permissions";
import { permissionsCheck } from "./checks/permissions";
import { remoteStateCheck } from "./checks/remote-state";
import { seatsCheck } from "./checks/seats";
import { serviceTokensCheck } from "./checks/service-tokens";
import { settingsCheck } from "./checks/settings";
import { stateFolderCheck } from "./checks/state-folder";
import { takenOverCheck } from "./checks/taken-over";
import { terraformCheck } from "./checks/terraform";
import { tunnelCheck } from "./checks/tunnel";
import { tunnelConfigurationCheck } from "./checks/tunnel-configuration";
import { zeroTrustCheck } from "./checks/zero-trust";
import { zoneCheck } from "./checks/zone";
import type { AccountContext, MachineContext, ServiceContext } from "./context";

/** What this machine has. */
export const MACHINE_CHECKS: readonly DoctorCheck<MachineContext>[] = [
  nodeCheck,
  terraformCheck,
  settingsCheck,
  stateFolderCheck,
  remoteStateCheck,
];

/** What the account has, in the order in which one thing needs another. */
export const ACCOUNT_CHECKS: readonly DoctorCheck<AccountContext>[] = [
  apiTokenCheck,
  permissionsCheck,
  optionalPermissionsCheck,
  zeroTrustCheck,
  seatsCheck,
  zoneCheck,
  tunnelCheck,
  tunnelConfigurationCheck,
  connectorCheck,
  loginMethodCheck,
  googleClientCheck,
  groupsCheck,
  serviceTokensCheck,
  accountSwitchesCheck,
  notificationsCheck,
];

/** What holds a service's host, and what a deploy does about it. */
export const SERVICE_CHECKS: readonly DoctorCheck<ServiceContext>[] = [
  applicationCheck,
  takenOverCheck,
  ingressRuleCheck,
  dnsRecordCheck,
  environmentCheck,
  firstPageCheck,
  limitsCheck,
  otherLoginsCheck,
  guestsCheck,
];
