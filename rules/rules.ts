import { accessUndecided } from "./checks/access-undecided";
import { allowByPlace } from "./checks/allow-by-place";
import { allowEveryone } from "./checks/allow-everyone";
import { anyAccount } from "./checks/any-account";
import { anyServiceToken } from "./checks/any-service-token";
import { bypassWiderThanPaths } from "./checks/bypass-wider-than-paths";
import { destroyRestoresPublic } from "./checks/destroy-restores-public";
import { dnsNotProxied } from "./checks/dns-not-proxied";
import { loginMethodTrust } from "./checks/login-method-trust";
import { mailOrProofRecord } from "./checks/mail-or-proof-record";
import { noLoginMethodPinned } from "./checks/no-login-method-pinned";
import { preflightBypass } from "./checks/preflight-bypass";
import { publicHost } from "./checks/public-host";
import { publicMailDomain } from "./checks/public-mail-domain";
import { routeWithoutJwtCheck } from "./checks/route-without-jwt-check";
import type { Rule } from "./rule";
import { secretStore } from "./checks/secret-store";
import { serviceAuthWithoutToken } from "./checks/service-auth-without-token";
import { serviceTokenInAllowPolicy } from "./checks/service-token-in-allow-policy";
import { sessionTooLong } from "./checks/session-too-long";
import { tokenTooLong } from "./checks/token-too-long";
import { tokenWithoutExpiry } from "./checks/token-without-expiry";
import { unreadChange } from "./checks/unread-change";
import { wildcardHost } from "./checks/wildcard-host";

/** All house rules, in the order of reports. */
export const RULES: readonly Rule[] = [
  publicHost,
  wildcardHost,
  allowEveryone,
  anyAccount,
  allowByPlace,
  publicMailDomain,
  bypassWiderThanPaths,
  serviceAuthWithoutToken,
  anyServiceToken,
  serviceTokenInAllowPolicy,
  noLoginMethodPinned,
  sessionTooLong,
  preflightBypass,
  tokenWithoutExpiry,
  tokenTooLong,
  routeWithoutJwtCheck,
  dnsNotProxied,
  mailOrProofRecord,
  destroyRestoresPublic,
  loginMethodTrust,
  secretStore,
  accessUndecided,
  unreadChange,
];
