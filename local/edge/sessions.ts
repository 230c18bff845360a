import { createHash } from "node:crypto";
import type { JWTPayload } from "jose";
import { goDuration } from "../../base/duration";
import type { Session as SessionLength } from "../../access/decision";
import type { Account } from "../account";
import type {
  AccessUser,
  Application,
  LoginSession,
  ServiceToken,
} from "../account-objects";
import { isLive, isSame, revokedSince } from "../live-sessions";
import type { Tokens } from "./tokens";

const DEFAULT_SESSION_SECONDS = 24 * 60 * 60;

/** A person as the login method described them, and where they logged in from. */
export interface Identity {
  readonly user: AccessUser;
  readonly email: string;
  readonly name: string;
  readonly idp: { readonly id: string; readonly type: string };
  readonly groups?: readonly string[];
  readonly cloudflareAccounts?: readonly string[];
  readonly claims?: Readonly<Record<string, readonly string[]>>;
  readonly ip: string;
  readonly country: string;
}

/** A person's login to the team. */
export interface TeamSession extends LoginSession {
  readonly identity: Identity;
}

/** A person's login to one application. */
export interface AppSession {
  readonly team: TeamSession;
  readonly applicationId: string;
  readonly revocationsBefore: number;
  /** SHA-256 of the `CF_Binding` cookie, without which the token is worth nothing. */
  readonly binding: string | undefined;
}

/** A token that was just made. */
export interface Issued {
  readonly token: string;
  /** When a browser is to forget it: by the machine's clock, as browsers have no other. */
  readonly expires: Date;
}

/** What a token that came with a request stands for. */
export type Presented =
  | { readonly kind: "person"; readonly token: string; session: AppSession }
  | {
      readonly kind: "service";
      readonly token: string;
      readonly serviceToken: ServiceToken;
    };

/**
 * Who is logged in where.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/access-settings/session-management/
 */
export class Sessions {
  /** By the token's `identity_nonce`. */
  readonly #teams = new Map<string, TeamSession>();
  readonly #apps = new Map<string, AppSession>();

  constructor(
    readonly account: Account,
    readonly tokens: Tokens,
  ) {}

  async startTeam(
    identity: Identity,
  ): Promise<Issued & { session: TeamSession }> {
    const startedAt = this.tokens.seconds();
    const length = goDuration(
      this.account.organization?.session_duration ?? "",
    );
    const expiresAt =
      startedAt +
      (length === undefined ? DEFAULT_SESSION_SECONDS : length / 1000);
    const nonce = this.#nonce();
    const session: TeamSession = {
      nonce,
      identity,
      userId: identity.user.id,
      email: identity.email,
      startedAt,
      expiresAt,
      applications: new Map(),
      revocationsBefore: this.account.revocations.length,
      ended: false,
    };
    this.#teams.set(nonce, session);
    this.account.loginSessions.set(nonce, session);
    const token = await this.tokens.sign({
      type: "org",
      aud: [this.account.id],
      iss: this.tokens.issuer(),
      iat: startedAt,
      nbf: startedAt,
      exp: expiresAt,
      sub: identity.user.id,
      email: identity.email,
      identity_nonce: nonce,
      identity: describeIdentity(this.account, session),
    });
    return { token, expires: inSeconds(expiresAt - startedAt), session };
  }

  /** The team session that a `CF_Authorization` cookie of the team domain stands for. */
  async readTeam(token: string): Promise<TeamSession | undefined> {
    const claims = await this.tokens.verify(token, "org");
    const session = this.#teams.get(String(claims?.identity_nonce));
    return session && isLive(this.account, session) ? session : undefined;
  }

  /** @param binding value of the `CF_Binding` cookie, where the application asks for one */
  async startApp(
    application: Application,
    team: TeamSession,
    details: { policyId?: string; length?: SessionLength; binding?: string },
  ): Promise<Issued> {
    const nonce = this.#nonce();
    this.#apps.set(nonce, {
      team,
      applicationId: application.id,
      revocationsBefore: this.account.revocations.length,
      binding: details.binding && sha256(details.binding),
    });
    const iat = this.tokens.seconds();
    const { identity } = team;
    team.applications.set(application.id, iat + secondsOf(details.length));
    return this.#issue(details.length, {
      aud: [application.aud],
      email: identity.email,
      iat,
      nbf: iat,
      iss: this.tokens.issuer(),
      type: "app",
      identity_nonce: nonce,
      sub: identity.user.id,
      country: identity.country,
      ...(details.policyId && { policy_id: details.policyId }),
    });
  }

  /**
   * A token for a service token that was admitted, or for who came in without
   * one, by an address for example. Its `aud` is a string, not an array.
   */
  startService(
    application: Application,
    serviceToken: ServiceToken | undefined,
    length?: SessionLength,
  ): Promise<Issued> {
    return this.#issue(length, {
      type: "app",
      aud: application.aud,
      iat: this.tokens.seconds(),
      iss: this.tokens.issuer(),
      ...(serviceToken && { common_name: serviceToken.client_id }),
      sub: "",
    });
  }

  /** What a token means at an application; undefined where it is not good there, or no longer. */
  async readApp(
    token: string,
    application: Application,
    binding: string | undefined,
  ): Promise<Presented | undefined> {
    const claims = await this.tokens.verify(token, "app", application.aud);
    if (claims === undefined) return undefined;
    if (typeof claims.common_name === "string")
      return this.#readService(token, claims, application);
    const session = this.#apps.get(String(claims.identity_nonce));
    if (session === undefined) return undefined;
    if (session.binding && session.binding !== sha256(binding ?? ""))
      return undefined;
    const revoked = revokedSince(
      this.account,
      session.revocationsBefore,
      (target) =>
        "app_id" in target
          ? target.app_id === application.id
          : isSame(target.email, session.team.email),
    );
    if (revoked || session.team.ended) return undefined;
    return { kind: "person", token, session };
  }

  #readService(
    token: string,
    { common_name, iat = 0 }: JWTPayload,
    application: Application,
  ): Presented | undefined {
    const serviceToken = [...this.account.serviceTokens.values()].find(
      ({ client_id }) => client_id === common_name,
    );
    const expiry = serviceToken?.expires_at;
    if (
      !serviceToken?.enabled ||
      (expiry && this.account.now().getTime() >= Date.parse(expiry))
    )
      return undefined;
    const revoked = this.account.revocations.some(
      (revocation) =>
        "app_id" in revocation &&
        revocation.app_id === application.id &&
        iat * 1000 <= Date.parse(revocation.at),
    );
    return revoked ? undefined : { kind: "service", token, serviceToken };
  }

  async #issue(
    length: SessionLength | undefined,
    claims: JWTPayload & { iat: number },
  ): Promise<Issued> {
    const exp = claims.iat + secondsOf(length);
    return {
      token: await this.tokens.sign({ ...claims, exp }),
      expires: inSeconds(exp - claims.iat),
    };
  }

  #nonce(): string {
    return this.account.newHexId().slice(0, 16);
  }
}

/**
 * What `get-identity` answers and a team's token carries.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/application-token/#user-identity
 */
export function describeIdentity(
  account: Account,
  { identity, startedAt }: TeamSession,
) {
  return {
    id: identity.user.id,
    name: identity.name,
    email: identity.email,
    idp: identity.idp,
    geo: { country: identity.country },
    user_uuid: identity.user.id,
    account_id: account.id,
    iat: startedAt,
    ip: identity.ip,
    auth_status: "NONE",
    common_name: "",
    service_token_id: "",
    service_token_status: false,
    is_warp: false,
    is_gateway: false,
    version: 2,
  };
}

function inSeconds(seconds: number): Date {
  return new Date(Date.now() + seconds * 1000);
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function secondsOf(length: SessionLength | undefined): number {
  return length?.seconds ?? DEFAULT_SESSION_SECONDS;
}
