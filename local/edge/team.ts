import { randomBytes } from "node:crypto";
import type { Account } from "../account";
import type { AskGoogle } from "./google-login";
import { OneTime } from "./one-time";
import type { SentPin } from "./one-time-pin";
import { Sessions, type TeamSession } from "./sessions";
import { SigningKeys } from "./signing-keys";
import { Tokens } from "./tokens";

/** How long someone may take to log in at Google. */
const LOGIN_MS = 60 * 60 * 1000;
/** How long a code that was sent by mail is valid. */
const PIN_MS = 10 * 60 * 1000;
/** How long a browser has to get from the team domain back to the application. */
const HANDOVER_MS = 60 * 1000;

/** A login that someone was sent away with and has not come back from. */
export interface PendingLogin {
  readonly identityProviderId: string;
  readonly destination: Destination;
  /** OpenID Connect's `nonce`, which the ID token has to repeat. */
  readonly nonce: string;
  /** PKCE's secret half. */
  readonly codeVerifier: string;
}

/** What someone wants to reach. */
export interface Destination {
  readonly applicationId: string;
  readonly hostname: string;
  /** Path and query. */
  readonly redirectUrl: string;
  /** SHA-256 of the `CF_AppSession` cookie of the browser that was sent to log in. */
  readonly appSessionHash: string | undefined;
}

/** A session on its way from the team domain to the application's host. */
export interface Handover {
  readonly destination: Destination;
  readonly session: TeamSession;
}

/** What the two sides of a login share: the hosts of applications and the team domain. */
export interface Team {
  readonly account: Account;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly pendingLogins: OneTime<PendingLogin>;
  readonly handovers: OneTime<Handover>;
  /** Key of the signature that binds a login's `state` to the browser. */
  readonly stateKey: Buffer;
  readonly askGoogle: AskGoogle;
  /** Codes that were sent by mail, by the nonce of the login. */
  readonly sentPins: OneTime<SentPin>;
  readonly mail: SendMail;
}

/** Sends a code to somebody. */
export type SendMail = (mail: Mail) => void;

export interface Mail {
  readonly to: string;
  readonly code: string;
}

export function createTeam(
  account: Account,
  askGoogle: AskGoogle,
  mail: SendMail = () => {},
): Team {
  const tokens = new Tokens(
    new SigningKeys(account.now),
    account.now,
    () => `https://${authDomain(account)}`,
  );
  return {
    account,
    tokens,
    sessions: new Sessions(account, tokens),
    pendingLogins: new OneTime(account.now, LOGIN_MS),
    handovers: new OneTime(account.now, HANDOVER_MS),
    stateKey: randomBytes(32),
    askGoogle,
    sentPins: new OneTime(account.now, PIN_MS),
    mail,
  };
}

/** For example `team.cloudflareaccess.com`; empty where Zero Trust is off. */
export function authDomain(account: Account): string {
  return account.organization?.auth_domain ?? "";
}
